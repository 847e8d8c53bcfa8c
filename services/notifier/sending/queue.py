"""A digest on its way: what is stored of it, from the intent to the last word.

queued ──claim──▶ sending ──freeze──▶ sending, frozen ──hand over──▶ sending, handed ──▶ sent | failed
  ▲                │   │                  │                              │
  │                │   └──▶ cancelled     │                              └─ lost, gone ──▶ unknown
  └─ later, gone ──┴──── later, gone ─────┘
unknown ──claim──▶ sending ──same bytes, once──▶ … as above, but to unknown in the place of queued
gone: the lease ran out, and nobody renewed it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.notifier.letters.mail import Mail
from services.notifier.letters.news import NOTHING, News
from services.notifier.rules import Digest


class State(StrEnum):
    """What a digest is. UNKNOWN without a `next_try` is as final as SENT, FAILED and CANCELLED."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Queued:
    """A digest as it is stored. `frozen` are the bytes once they are fixed; `accepted` and `refused` the recipients
    that a server took or refused so far, `bounced` those from which it came back since, and why; `telling` what the
    bytes tell the coordinator besides; `resends` how often it went out again after an uncertain end; `handed` whether
    the attempt in hand came so far that the final dot may have gone out."""

    digest: Digest
    state: State
    attempts: int = 0
    resends: int = 0
    next_try: datetime | None = None
    claim: str | None = None
    frozen: Mail | None = None
    handed: bool = False
    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    bounced: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    telling: News = NOTHING

    @property
    def left(self) -> tuple[str, ...]:
        """The recipients that no server has taken or refused yet."""
        recipients = self.frozen.recipients if self.frozen is not None else ()
        return tuple(one for one in recipients if one not in self.accepted and one not in self.refused)
