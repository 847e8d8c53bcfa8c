"""The subject on which a post lies in HUB: who posted it, and a part that nobody can guess.

What JetStream tells of a subject to who names it in a header, no other agency can ask for then.
"""

import hmac
import secrets

PREFIX = "dondoc.intake."
_WATCHED = "dondoc.posted."
# Where submissions alone sees each post of an agency's account as it was sent, stored or not.
WATCHED = f"{_WATCHED}*"
# Stands in no agency's id. One token: within one, a wildcard stands for nothing.
_APART = "~"
_HEX_DIGITS = 32  # 128 bits


def own_subject(agency: str, secret: str) -> str:
    """Where the posts of an agency's account go; by another's nobody finds it without the secret."""
    part = hmac.digest(secret.encode(), agency.encode(), "sha256").hex()[:_HEX_DIGITS]
    return f"{PREFIX}{agency}{_APART}{part}"


def new_subject(agency: str) -> str:
    """Where the operator posts in an agency's name: the part is another one each time."""
    return f"{PREFIX}{agency}{_APART}{secrets.token_hex(_HEX_DIGITS // 2)}"


def poster(subject: str) -> str:
    """Who posted, as the subject names it."""
    return subject.removeprefix(PREFIX).partition(_APART)[0]


def watched(agency: str) -> str:
    """Where the agency's posts are seen."""
    return f"{_WATCHED}{agency}"


def watched_poster(subject: str) -> str:
    """Who posted what is seen there."""
    return subject.removeprefix(_WATCHED)
