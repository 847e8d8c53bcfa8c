"""What sending needs, and how the end of an attempt is written down."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from services.notifier.bounces.address import BounceAddress
from services.notifier.bounces.unreachable import Reachable
from services.notifier.letters.mail import Begin, Envelope, MayEnd, Outcome
from services.notifier.sending.bookkeeping import Bookkeeping
from services.notifier.sending.caught_up import Position
from services.notifier.sending.lease import Watch
from services.notifier.sending.limits import Limits
from services.notifier.sending.queue import Queued, State
from services.notifier.sending.settling import settled
from services.notifier.store import Store
from shared import metrics
from shared.crashpoints import CrashPoint, crash_point
from shared.logs import logger
from shared.mongo import Mongo, Unavailable
from shared.outbox import Outbox

WRITE_AGAIN_AFTER = timedelta(seconds=1)
# Mails for each one on its way that are in doubt if all ends now: that one, and those whose end is being written.
IN_DOUBT = 3

log = logger(__name__)


class Send(Protocol):
    """Hands over a mail, see `Courier.send`."""

    async def __call__(self, envelope: Envelope, begin: Begin, may_end: MayEnd) -> Outcome | None: ...


@dataclass(frozen=True)
class Sending:
    """What sending needs. `automatic` is whether the calendar is: then mails go out in office hours alone.

    `caught_up` tells where the view stands, None if it hasn't seen all that the log holds; `send` hands a mail to some
    recipients, `links` are the public address and the secret of the links in mails, `desk` is the address of the
    coordinator's desk, `ticks` are seconds by a clock that nobody can set. `at_once` is how many mails are on their way
    side by side. `sign` makes the bytes those that go out; `bounces` is where servers report to, the sender itself if
    it is None.
    """

    store: Store
    mongo: Mongo
    outbox: Outbox
    send: Send
    clock: Callable[[], datetime]
    caught_up: Callable[[], Awaitable[Position | None]]
    mail_from: str
    links: tuple[str, str]
    desk: str
    automatic: bool
    at_once: int
    limits: Limits
    sign: Callable[[bytes], bytes] = bytes
    bounces: BounceAddress | None = None
    reachable: Reachable = field(default_factory=Reachable)
    ticks: Callable[[], float] = time.monotonic
    watch: Watch = field(default_factory=Watch)

    @cached_property
    def lines(self) -> asyncio.Semaphore:
        """Held while a mail is handed over."""
        return asyncio.Semaphore(self.at_once)

    @cached_property
    def doubts(self) -> asyncio.Semaphore:
        """Held from before a mail is handed over until its end is written: so many are in doubt if all ends now."""
        return asyncio.Semaphore(IN_DOUBT * self.at_once)

    @cached_property
    def stopping(self) -> asyncio.Event:
        """Set when no other mail is to be handed over."""
        return asyncio.Event()

    @cached_property
    def books(self) -> Bookkeeping:
        return Bookkeeping(self.store, self.mongo, self.outbox, self.clock)


async def settle(sent: Queued, outcome: Outcome, by: Sending) -> None:
    """Write what follows from the outcome of an attempt, however long MongoDB is away: what isn't written is in doubt
    for whoever comes next."""
    crash_point(CrashPoint.NOTIFIER_SENT)
    after = settled(sent, outcome, by.clock())
    while True:
        try:
            await write_down(after, outcome, by)
            return
        except Unavailable as away:
            log.warning("the end of an attempt waits", digest=sent.digest.key, reason=str(away)[:200])
        await asyncio.sleep(WRITE_AGAIN_AFTER.total_seconds())


async def write_down(after: Queued, outcome: Outcome, by: Sending) -> None:
    """Write the digest as it is now and what is told of it, unless the claim is lost."""
    if await by.books.settle(after):
        crash_point(CrashPoint.NOTIFIER_MARKED)
    state, key = after.state.value, after.digest.key
    metrics.REMINDERS.labels(state if after.next_try is None else outcome.fate.value).inc()
    say = log.info if after.state is State.SENT else log.warning
    say("mail", digest=key, state=state, reason=after.reason, attempts=after.attempts)
