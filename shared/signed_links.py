"""Links that act for an agency without an account: signed, for one occurrence and one purpose, until a day.

A link is a right: whoever has it may do that one thing. What it says is readable by everybody who sees it, and can't
be changed without the secret.
"""

import hmac
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from shared.contracts.duties import OccurrenceKey

_SALT = "dondoc.link.1"
_ALTERED = "Liên kết không đúng hoặc đã bị thay đổi."
_PAYLOADS = URLSafeSerializer("")  # signs nothing


class Purpose(StrEnum):
    """What a link is for; the value is its place in the address."""

    SUBMIT = "ghi-nhan"
    NOTHING_TO_REPORT = "khong-phat-sinh"
    ALREADY_DONE = "da-thuc-hien"


class LinkRefused(ValueError):
    """The link is altered, cut, of another secret or purpose; the text is for people, in Vietnamese."""


@dataclass(frozen=True)
class Link:
    """`agency` acts, for `occurrence`, which another may owe (a joint duty, an abolished body). `mail` names the mail
    that carries it, `mailboxes` are where that went. It counts up to and on `until`, a day of the calendar."""

    purpose: Purpose
    agency: str
    occurrence: OccurrenceKey
    mail: str
    mailboxes: tuple[str, ...]
    until: date


def address(link: Link, public_url: str, secret: str) -> str:
    """The address to put into a mail; the same for the same link."""
    return f"{public_url}{path(link.purpose)}/{_token(link, secret)}"


def path(purpose: Purpose) -> str:
    """Where the links of a purpose lead to, below the public address."""
    return f"/thu/{purpose}"


def read_link(purpose: Purpose, token: str, secret: str) -> Link:
    """What the token of an address says. Raises LinkRefused; whether its day has passed is for the caller to see."""
    try:
        said: list[Any] = _serializer(secret, purpose).loads(token)
    except BadData:
        raise LinkRefused(_ALTERED) from None
    agency, plan, duty, owner, period, mail, mailboxes, until = said
    key = OccurrenceKey(plan=plan, duty=duty, agency=owner, period=period)
    link = Link(purpose, agency, key, mail, tuple(mailboxes), date.fromisoformat(until))
    # Base64 has several spellings of the same bytes: a token counts as it was written alone.
    if token != _token(link, secret):
        raise LinkRefused(_ALTERED)
    return link


def _token(link: Link, secret: str) -> str:
    # As the library's own signer writes it, which derives the key anew for each and takes a dozen steps of Python.
    said = _said(link.agency, link.occurrence, link.mail, link.mailboxes, link.until)
    return f"{said.decode()}.{base64_encode(hmac.digest(_key(secret, link.purpose), said, 'sha1')).decode()}"


@lru_cache(maxsize=4)  # a line of a mail has a link for each purpose, and they say the same
def _said(agency: str, at: OccurrenceKey, mail: str, mailboxes: tuple[str, ...], until: date) -> bytes:
    key = [at.plan, at.duty, at.agency, at.period]
    return _PAYLOADS.dump_payload([agency, *key, mail, list(mailboxes), until.isoformat()])


@lru_cache(maxsize=16)  # a mail of ten lines has thirty links
def _key(secret: str, purpose: Purpose) -> bytes:
    return _serializer(secret, purpose).make_signer().derive_key()


@lru_cache(maxsize=16)
def _serializer(secret: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=f"{_SALT}.{purpose}")
