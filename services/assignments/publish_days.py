"""Publish days: each exists once in the log, and they only go forward."""

from datetime import date, timedelta

from pydantic import BaseModel

from services.assignments.store import Store
from shared.contracts.days import CalendarDay
from shared.crashpoints import CrashPoint, crash_point
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected

# The server refuses a second message on a day's subject, so a day exists once even after a wiped outbox.
ONLY_ONCE = {"Nats-Expected-Last-Subject-Sequence": "0"}

# Days can't be taken back, so a slip of the year, or a clock that is years ahead, must not turn thousands of them.
MOST_DAYS = 366


class DaysPublished(BaseModel):
    """The days that became events now, and the last one of the calendar."""

    published: list[date]
    last: date


async def publish_days(until: date, store: Store, mongo: Mongo, outbox: Outbox) -> DaysPublished:
    """Publish every day after the last one up to `until`; `until` alone where there is none yet.

    Raises Rejected for a day before the last one or more than MOST_DAYS after it, BulkWriteError where another
    process publishes the same now.
    """

    async def write(session: Session) -> DaysPublished:
        last = await store.last_day(session)
        if last is not None and until < last:
            raise Rejected(f"days only go forward: the last one is {last}, so {until} can't come after it")
        if last is not None and (until - last).days > MOST_DAYS:
            raise Rejected(
                f"from {last} to {until} are {(until - last).days} days, and days can't be taken back; "
                f"publish {MOST_DAYS} at most at once"
            )
        first = until if last is None else last + timedelta(days=1)
        days = [first + timedelta(days=n) for n in range((until - first).days + 1)]
        if days:
            await store.add_days(days, session)
            await outbox.add([Stamped(f"day:{day}", CalendarDay(date=day), ONLY_ONCE) for day in days], session)
        return DaysPublished(published=days, last=until)

    published = await mongo.transact(write)
    crash_point(CrashPoint.ASSIGNMENTS_COMMITTED)
    outbox.wake()
    return published
