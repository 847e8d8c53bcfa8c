"""Decide, at the turn of a day, who is to be mailed."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial

from services.notifier.policy import mails_on
from services.notifier.rules import Decision, decide, doubtful, horizon, telling
from services.notifier.store import Store
from shared.contracts.plan import PlanPublished
from shared.logs import logger
from shared.mongo import Mongo, Session

log = logger(__name__)


async def decide_reminders(
    day: date,
    store: Store,
    mongo: Mongo,
    latest_day: Callable[[], Awaitable[date]],
    now: datetime,
) -> int:
    """Queue the digests of the day, once; how many.

    A day that the log has left behind already is passed over: after downtime the missed rungs become one mail, on
    the last day. So is one that comes again after later ones were handled, and is the log's last message then.
    After a restore, what may have been mailed by a day of which the backup knows nothing isn't mailed again.
    `now` is when the digests may be sent first.
    """
    queued = 0
    if day >= max(await latest_day(), await store.last_day() or day):
        for plan in await store.plans():
            if not mails_on(plan, day):
                continue
            queued += await mongo.transact(partial(_decide, plan, day, store, now))
    await store.put_day(day)
    return queued


async def _decide(plan: PlanPublished, day: date, store: Store, now: datetime, session: Session) -> int:
    if await store.is_decided(plan.plan, day, session):
        return 0
    superseded = await store.supersede(plan.plan, day, session)
    accounts = await store.owed(plan.plan, horizon(plan, day), session, None)
    marks = await store.marks(accounts, session)
    if (until := await store.doubt(plan.plan, session)) is not None:
        silent = doubtful(plan, accounts, marks, min(until, day))
        await store.put_doubtful(silent, day, session)
        marks += silent
        if day > until:
            await store.settle_doubt(plan.plan, until, session)
    decision: Decision = decide(plan, accounts, marks, day)
    digests = decision.digests
    if await store.news.untold(plan.plan, "", session):
        digests = telling(digests, plan, day)
    await store.put_decision(digests, decision.marks, day, now, session)
    await store.put_decided(plan.plan, day, session)
    if digests or superseded:
        log.info("decided", plan=plan.plan, day=str(day), digests=len(digests), superseded=superseded)
    return len(digests)
