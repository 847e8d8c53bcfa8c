"""Keep the copy of plans, assignments and days up to date."""

from datetime import datetime

from services.submissions.store import Store, StoredDay
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, DutyExcused, DutyExtended, DutyWithdrawn
from shared.contracts.ledger import facts_of
from shared.contracts.plan import PlanPublished
from shared.mongo import Session


async def apply_event(event_id: str, event: Event, stored_at: datetime | None, store: Store, session: Session) -> None:
    """Take in one event from the log; told twice, or out of order, it leaves the same copy.

    `stored_at` is when the log stored it; a day without it is passed over.
    """
    match event:
        case PlanPublished():
            await store.put_plan(event, session)
        case DutyAssigned() | DutyWithdrawn() | DutyExtended() | DutyExcused():
            await store.put_facts(event, facts_of(event_id, event), session)
        case CalendarDay() if stored_at is not None:
            await store.put_day(StoredDay(event.date, stored_at), session)
        case _:
            return
