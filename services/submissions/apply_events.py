"""Keep the copy of plans, assignments and days up to date; told twice, or out of order, it comes to the same copy."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.submissions.store import Store, StoredDay
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, DutyExcused, DutyExtended, DutyWithdrawn
from shared.contracts.ledger import facts_of
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo, Session


class Told(NamedTuple):
    """An event of the log, its id, and when the log stored it; a day without that is passed over."""

    id: str
    event: Event
    stored_at: datetime | None


async def apply_events(told: Sequence[Told], store: Store, mongo: Mongo) -> None:
    """The events are in the copy when this returns, all of them or, where it raises, none."""
    plans = [one.event for one in told if isinstance(one.event, PlanPublished)]
    duties = [
        (one.event, tuple(facts_of(one.id, one.event)))  # read again where the transaction is run again
        for one in told
        if isinstance(one.event, DutyAssigned | DutyWithdrawn | DutyExtended | DutyExcused)
    ]
    days = [
        StoredDay(one.event.date, one.stored_at)
        for one in told
        if isinstance(one.event, CalendarDay) and one.stored_at is not None
    ]

    async def write(session: Session) -> None:
        await store.put_plans(plans, session)
        await store.put_duties(duties, session)
        await store.put_days(days, session)

    if plans or duties or days:
        await mongo.transact(write)
