"""Send what was decided: each digest once, and only what is owed at that moment."""

from dataclasses import replace
from datetime import date

from services.notifier.attempt import Attempt
from services.notifier.lease import LEASE, Lease, renewing
from services.notifier.mail import Fate, Outcome
from services.notifier.office_hours import open_day
from services.notifier.queue import Queued
from services.notifier.sending import Sending, write_down
from services.notifier.settling import settled
from shared.contracts.plan import PlanPublished
from shared.crashpoints import CrashPoint, crash_point
from shared.finishing import finished

GONE = "tiến trình gửi thư dừng giữa chừng"


async def send_reminders(by: Sending) -> int:
    """Send everything that may go out now, one after another; how many attempts were made.

    Cancelled, it finishes the digest in hand first, so that none is left in SENDING.
    """
    for gone in by.watch.gone(await by.store.lapsed(LEASE), by.ticks()):
        lost = await by.store.take_over(gone, LEASE)
        if lost is not None:
            await _rescue(lost, by)
    attempts = 0
    for plan in await by.store.plans():
        while (day := open_day(plan, by.clock())) is not None or not by.automatic:
            if not await by.caught_up():
                break
            if not await finished(_send_one(plan, day if by.automatic else None, by)):
                break
            attempts += 1
    return attempts


async def _send_one(plan: PlanPublished, day: date | None, by: Sending) -> bool:
    """Take a digest and bring it to an end, at least for now; False if there is none to take."""
    asked = by.ticks()
    claimed = await by.store.claim(plan.plan, day, by.clock(), LEASE)
    if claimed is None:
        return False
    crash_point(CrashPoint.NOTIFIER_CLAIMED)
    lease = Lease(asked, by.ticks)
    async with renewing(lease, lambda: by.store.renew(claimed, LEASE), by.ticks):
        attempt = Attempt(claimed, plan, lease, by)
        await (attempt.first() if claimed.frozen is None else attempt.again())
    return True


async def _rescue(lost: Queued, by: Sending) -> None:
    """A sender is gone: before it handed over the text nothing was sent; after it nobody knows."""
    outcome = Outcome(Fate.UNKNOWN if lost.handed else Fate.LATER, GONE)
    after = settled(lost, outcome, by.clock())
    if after.next_try is not None:
        # The lease was wait enough: no server is busy with it.
        after = replace(after, next_try=by.clock())
    await write_down(after, outcome, by)
