"""Send what was decided: each digest once, and only what is owed at that moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from services.notifier.bounces.unreachable import Marked
from services.notifier.letters.mail import Fate, Outcome
from services.notifier.office_hours import open_day
from services.notifier.sending.attempt import Attempt
from services.notifier.sending.lease import LEASE, Lease, renewing
from services.notifier.sending.queue import Queued
from services.notifier.sending.sending import Sending, write_down
from services.notifier.sending.settling import settled
from shared.contracts.plan import PlanPublished
from shared.crashpoints import CrashPoint, crash_point
from shared.finishing import finished

GONE = "tiến trình gửi thư dừng giữa chừng"
# Digests that are claimed for each mail on its way: they are looked up and written while others are handed over.
IN_HAND = 10
# While some mails are on their way: one server may think for ten minutes, and others needn't wait for it.
LOOK_EVERY = timedelta(seconds=1)

Attempts = set[asyncio.Task[None]]


async def send_reminders(by: Sending) -> int:
    """Send everything that may go out now, `by.at_once` side by side; how many attempts were made.

    Cancelled, it finishes the mails on their way and puts back the digests that wait for their turn, so that none is
    left in SENDING.
    """
    by.stopping.clear()
    running: Attempts = set()
    made, in_hand = 0, by.at_once * IN_HAND
    await _rescue_gone(by)
    try:
        while True:
            if len(running) <= in_hand // 2:  # a claim costs as much for one as for many
                taken = await finished(_take(by, in_hand - len(running), running))
                made += taken
            if not running:
                return made
            done, _ = await asyncio.wait(
                running, timeout=LOOK_EVERY.total_seconds(), return_when=asyncio.FIRST_COMPLETED
            )
            running -= done
            for attempt in done:
                attempt.result()
            if not done:
                await _rescue_gone(by)
    except asyncio.CancelledError:
        by.stopping.set()
        raise
    finally:
        if running:
            await asyncio.wait(running)


async def _take(by: Sending, most: int, running: Attempts) -> int:
    """Take digests and begin with them; how many."""
    taken = 0
    marked = await by.store.returned.every()
    for plan in await by.store.plans():
        day = open_day(plan, by.clock())
        if taken >= most or (day is None and by.automatic) or await by.caught_up() is None:
            continue
        asked = by.ticks()
        claimed = await by.store.claim(plan.plan, day if by.automatic else None, by.clock(), LEASE, most - taken)
        if claimed:
            crash_point(CrashPoint.NOTIFIER_CLAIMED)
        taken += len(claimed)
        reached = by.reachable.of(plan, marked)
        running |= {asyncio.create_task(_attempt(one, reached, marked, asked, by)) for one in claimed}
    return taken


async def _attempt(claimed: Queued, plan: PlanPublished, marked: Sequence[Marked], asked: float, by: Sending) -> None:
    """Bring it to an end, at least for now."""
    lease = Lease(asked, by.ticks)
    async with renewing(lease, lambda: by.books.renew(claimed), by.ticks):
        await Attempt(claimed, plan, marked, lease, by).make()


async def _rescue_gone(by: Sending) -> None:
    for gone in by.watch.gone(await by.store.lapsed(LEASE), by.ticks()):
        lost = await by.store.take_over(gone, LEASE)
        if lost is not None:
            await _rescue(lost, by)


async def _rescue(lost: Queued, by: Sending) -> None:
    """A sender is gone: before it handed over the text nothing was sent; after it nobody knows."""
    outcome = Outcome(Fate.UNKNOWN if lost.handed else Fate.LATER, GONE)
    after = settled(lost, outcome, by.clock())
    if after.next_try is not None:
        # The lease was wait enough: no server is busy with it.
        after = replace(after, next_try=by.clock())
    await write_down(after, outcome, by)
