"""A mail as it is handed to a mail server, and what became of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Mail:
    """Frozen bytes (RFC 5322, CRLF) and the envelope; `sender` and the recipients are bare addresses."""

    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    message_id: str
    body: bytes

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.to + self.cc


@dataclass(frozen=True)
class Envelope:
    """Who a mail is from and to, as the server is told; bare addresses. `id` comes back with what the server reports
    of it later (ENVID, RFC 3461)."""

    sender: str
    recipients: tuple[str, ...]
    id: str


# Right before DATA: the bytes to hand over, as in `Mail`, or None to refrain. Right before the final dot: whether it
# may go out.
Begin = Callable[[], Awaitable[bytes | None]]
MayEnd = Callable[[], Awaitable[bool]]


class Fate(StrEnum):
    """SENT: a server took it for one recipient at least. REFUSED: for good. LATER: nothing was taken, try again.
    UNKNOWN: the connection was lost while the server had the text in hand; it may have taken it."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt.

    With SENT, `refused` (for good) and `deferred` (for now) name the recipients that the server didn't take, with
    its answers; with the rest, `reason` is the server's answer or what went wrong.
    """

    fate: Fate
    reason: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    deferred: dict[str, str] = field(default_factory=dict)
