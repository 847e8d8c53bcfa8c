"""Give an agency a key, or take all of them from it. Servers hear of it by `applying.apply`."""

from datetime import datetime, timedelta
from pathlib import Path

from deploy.identity import nkey
from deploy.identity.folder import Identity
from deploy.identity.keys import Key, Keys, ended_now, with_key


def give_key(
    agency: str, identity: Identity, now: datetime, overlap: timedelta = timedelta(0), ends: datetime | None = None
) -> Path:
    """A new key; those before count on for `overlap`, so that it can be brought in. Where its seed lies.

    Raises KeyRefused where the agency's name can be no part of a subject.
    """
    seed = nkey.new_seed()
    key = Key(nkey.public_key(seed), now, ends)
    return identity.change(agency, lambda keys: with_key(keys, agency, key, now + overlap), seed)


def revoke_keys(agency: str, identity: Identity, now: datetime) -> int:
    """End all of the agency's keys now; how many counted."""
    counted = 0

    def end(keys: Keys) -> Keys:
        nonlocal counted
        counted = sum(key.counts(now) for key in keys.get(agency, ()))
        return ended_now(keys, agency, now)

    identity.change(agency, end)
    return counted
