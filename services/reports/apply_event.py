"""Take an event into the view: idempotent and commutative, so that repeats and races leave it as it should be."""

from services.reports.store import Store
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.ledger import facts_of
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo, Session


async def apply_event(event_id: str, event: Event, store: Store, mongo: Mongo) -> None:
    """The event is in the view when this returns, all of it or, where it raises, nothing.

    Events that change no figure (reminders, rejections) are passed over.
    """
    if isinstance(event, PlanPublished):
        return await store.put_plan(event)
    if isinstance(event, CalendarDay):
        return await store.put_day(event.date)
    told = list(facts_of(event_id, event))
    if not told and not isinstance(event, OutputRecorded | OutputReviewed):
        return None

    async def write(session: Session) -> None:
        await store.put_facts(told, session)
        if isinstance(event, OutputRecorded):
            await store.put_output(event, session)
        elif isinstance(event, OutputReviewed):
            await store.put_review(event, session)

    return await mongo.transact(write)
