"""Who may send a digest: a lease that its sender renews, and when a sender counts as gone.

MongoDB writes leases by its own clock, so that senders with wrong clocks agree. Whoever holds one, or has seen one run
out, counts by a clock that nobody can set, and that goes on while a process is stopped.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from services.notifier.sending.queue import Queued
from shared.logs import logger
from shared.mongo import PyMongoError

LEASE = timedelta(seconds=10)
RENEW_EVERY = timedelta(seconds=3)
RETRY_RENEWING_AFTER = timedelta(seconds=1)
# Longer than a sender takes to renew: one that lives shows it, when MongoDB was away or its clock jumped.
GRACE = timedelta(seconds=5)

log = logger(__name__)
Ticks = Callable[[], float]


class Lease:
    """The right to send one digest, asked for at `since` (seconds of `ticks`)."""

    def __init__(self, since: float, ticks: Ticks) -> None:
        self._ticks = ticks
        self.renewed(since)

    def renewed(self, asked: float) -> None:
        """It was prolonged, by a question asked at that time: it can't have ended before."""
        self._until = asked + LEASE.total_seconds()

    def lost(self) -> None:
        """Another sender has it."""
        self._until = float("-inf")

    def holds(self) -> bool:
        """Whether nobody else can have taken it."""
        return self._ticks() < self._until


@asynccontextmanager
async def renewing(
    lease: Lease, renew: Callable[[], Awaitable[bool]], ticks: Ticks, every: timedelta = RENEW_EVERY
) -> AsyncIterator[None]:
    """Renew it for as long as the block lasts: a mail server may think for ten minutes.

    `renew` says whether it was still ours. While MongoDB is away it is asked again and again.
    """

    async def keep() -> None:
        while True:
            wait, asked = every, ticks()
            try:
                if not await renew():
                    lease.lost()
                    return
                lease.renewed(asked)
            except PyMongoError as error:
                log.warning("a lease was not renewed", reason=str(error)[:200])
                wait = min(every, RETRY_RENEWING_AFTER)
            await asyncio.sleep(wait.total_seconds())

    def begin() -> None:
        keeping.append(asyncio.create_task(keep()))

    keeping: list[asyncio.Task[None]] = []
    # Most mails are gone before a renewal is due: a task for each is begun when there is something for it to do.
    beginning = asyncio.get_running_loop().call_later(every.total_seconds(), begin)
    try:
        yield
    finally:
        beginning.cancel()
        for task in keeping:
            task.cancel()


class Watch:
    """Tells senders that are gone from those that are late: a lease must stay unrenewed for GRACE while we look on."""

    def __init__(self) -> None:
        self._since: dict[str | None, float] = {}

    def gone(self, lapsed: Sequence[Queued], now: float) -> list[Queued]:
        """Those of the digests whose lease has run out now that had run out GRACE ago."""
        self._since = {one.claim: self._since.get(one.claim, now) for one in lapsed}
        return [one for one in lapsed if now - self._since[one.claim] >= GRACE.total_seconds()]
