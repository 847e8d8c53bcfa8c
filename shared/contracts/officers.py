"""Officers: who may do what at the coordinator's desk."""

import re
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.base import Event, InSchema

# What needs quotes or SMTPUTF8 is nobody's office address.
_MAILBOX = r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"


def _mailbox(text: str) -> str:
    if not re.fullmatch(_MAILBOX, text):
        raise PydanticCustomError("mailbox", "must be a whole e-mail address, such as ten@so.example")
    return text


# RFC 5321, 4.5.3.1.3, less the angle brackets.
Mailbox = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=254),
    AfterValidator(_mailbox),
    InSchema(pattern=_MAILBOX),
]


# Who acts by a command or a question over NATS: whoever holds that user's password, of whom no more is known.
OPERATOR = "operator"


class Role(StrEnum):
    """VIEWER sees all. OFFICER also reviews, decides, writes and issues. ADMIN also says who may do what."""

    VIEWER = "viewer"
    OFFICER = "officer"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether who has this role may do what that one may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


def officer_id(email: str) -> str:
    """What a NATS subject calls an officer, since an address is no token of one."""
    return sha256(email.encode()).hexdigest()[:16]


class OfficerListed(Event):
    """From now on that address has that role; none: it is no officer's any more. `revision` counts all changes of the
    list, the highest one of an address holds. `by` is the address of who did it, or `operator` for a command."""

    TYPE: ClassVar[str] = "vn.dondoc.officer.listed.v1"
    SUBJECT: ClassVar[str] = "dondoc.officer.listed.{officer}"

    officer: str
    email: Mailbox
    name: str
    role: Role | None
    revision: int
    by: str


class OfficerTokenChanged(Event):
    """A token for programs was made for that officer, in the place of the one before if there was one; or, where `made`
    is false, the one that there was counts no more. The token itself is told nowhere. `revision` and `by` are those of
    OfficerListed: the changes of both are counted as one."""

    TYPE: ClassVar[str] = "vn.dondoc.officer.token_changed.v1"
    SUBJECT: ClassVar[str] = "dondoc.officer.token_changed.{officer}"

    officer: str
    email: Mailbox
    made: bool
    revision: int
    by: str
