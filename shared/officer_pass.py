"""A pass for an officer's page: signed, and good until an hour by the clock, since it stands for a session.

It names nobody: whoever may ask the services as operator may make one. A sign-in with persons and roles takes its
place.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

COUNTS_FOR = timedelta(hours=12)
_SALT = "dondoc.officer.1"


class PassRefused(ValueError):
    """The pass is altered, cut, or of another secret."""


class PassExpired(PassRefused):
    """It was good, and is no more."""


@dataclass(frozen=True)
class OfficerPass:
    """`id` is what logs may call it by; `until` the first moment at which it counts no more."""

    id: str
    until: datetime


def make_pass(now: datetime) -> OfficerPass:
    """A new one. `now` knows its time zone."""
    return OfficerPass(secrets.token_hex(4), now.astimezone(UTC).replace(microsecond=0) + COUNTS_FOR)


def token_of(given: OfficerPass, secret: str) -> str:
    """What goes into the address and the cookie."""
    return str(_serializer(secret).dumps([given.id, int(given.until.timestamp())]))


def read_pass(token: str, secret: str, now: datetime) -> OfficerPass:
    """The pass of a token. Raises PassRefused, PassExpired."""
    try:
        said: list[Any] = _serializer(secret).loads(token)
    except BadData:
        raise PassRefused from None
    found = OfficerPass(said[0], datetime.fromtimestamp(said[1], UTC))
    if now >= found.until:
        raise PassExpired
    return found


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT)
