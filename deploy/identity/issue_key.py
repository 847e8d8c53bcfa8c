"""Give an agency a key, another one, or take all of them from it. Servers hear of it by `applying.apply`."""

from datetime import datetime, timedelta
from pathlib import Path

from deploy.identity import nkey
from deploy.identity.folder import Identity
from deploy.identity.keys import Key, KeyRefused, Keys, with_key, without


def add_key(agency: str, identity: Identity, now: datetime, ends: datetime | None = None) -> Path:
    """The agency's first key; where its seed lies. Raises KeyRefused where it has one that counts."""

    def first(keys: Keys, key: Key) -> Keys:
        if any(one.counts(now) for one in keys.get(agency, ())):
            raise KeyRefused(f"{agency} has a key; `dondoc agency rotate {agency}` replaces it")
        return with_key(keys, agency, key)

    seed = nkey.new_seed()
    identity.change(lambda keys: first(keys, Key(nkey.public_key(seed), now, ends)))
    return identity.write_seed(agency, seed)


def rotate_key(agency: str, identity: Identity, now: datetime, overlap: timedelta) -> Path:
    """A new key, while the old ones count on for so long; where its seed lies. Also for an agency without a key."""
    seed = nkey.new_seed()
    identity.change(lambda keys: with_key(keys, agency, Key(nkey.public_key(seed), now), now + overlap))
    return identity.write_seed(agency, seed)


def revoke_keys(agency: str, identity: Identity, now: datetime) -> int:
    """End all of the agency's keys now; how many. Raises KeyRefused where it has none that counts."""
    ended = 0

    def end(keys: Keys) -> Keys:
        nonlocal ended
        ended = sum(key.counts(now) for key in keys.get(agency, ()))
        return without(keys, agency, now)

    identity.change(end)
    identity.remove_seed(agency)
    return ended
