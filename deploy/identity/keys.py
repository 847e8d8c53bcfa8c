"""Agencies' keys: who has which, since when and until when. Seeds are not kept here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.agency_id import AGENCY_ID, RULE


class KeyRefused(Exception):
    """It can't be done with this agency's keys; the text says why and what would be right."""


@dataclass(frozen=True)
class Key:
    """A public key (`U…`). It counts from `made` until `ends`; None is without end."""

    public: str
    made: datetime
    ends: datetime | None = None

    def counts(self, now: datetime) -> bool:
        return self.ends is None or now < self.ends


Keys = Mapping[str, tuple[Key, ...]]


def with_key(keys: Keys, agency: str, key: Key, old_end: datetime) -> Keys:
    """The keys with one more of the agency; its others end at `old_end`, if they don't sooner. Raises KeyRefused."""
    if not AGENCY_ID.fullmatch(agency):
        raise KeyRefused(f"{agency!r} is no agency's id: {RULE}")
    return {**keys, agency: (*_ended(keys.get(agency, ()), old_end), key)}


def ended_now(keys: Keys, agency: str, now: datetime) -> Keys:
    """The keys with all of the agency's ended."""
    return {**keys, agency: _ended(keys[agency], now)} if agency in keys else keys


def counting(keys: Keys, now: datetime) -> dict[str, list[str]]:
    """The public keys that count at that moment, by agency."""
    found = {agency: [key.public for key in several if key.counts(now)] for agency, several in keys.items()}
    return {agency: several for agency, several in found.items() if several}


def to_json(keys: Keys) -> str:
    """As it is stored: by agency, a list of `key`, `made` and `ends` (null where there is no end)."""
    shown = {
        agency: [
            {"key": one.public, "made": one.made.isoformat(), "ends": one.ends.isoformat() if one.ends else None}
            for one in several
        ]
        for agency, several in sorted(keys.items())
    }
    return json.dumps(shown, indent=1) + "\n"


def from_json(text: str) -> Keys:
    """What `to_json` made."""
    return {
        agency: tuple(
            Key(
                one["key"],
                datetime.fromisoformat(one["made"]),
                datetime.fromisoformat(one["ends"]) if one["ends"] else None,
            )
            for one in several
        )
        for agency, several in json.loads(text).items()
    }


def _ended(keys: Sequence[Key], at: datetime) -> tuple[Key, ...]:
    return tuple(replace(key, ends=at) if key.ends is None or key.ends > at else key for key in keys)
