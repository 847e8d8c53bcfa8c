"""Take events into the view: idempotent and commutative, so that repeats and races leave it as it should be."""

from collections.abc import Sequence

from services.reports.desk.officer_store import OfficerStore
from services.reports.store import Store
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.ledger import Delivered, Reviewed, facts_of
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.officers import OfficerListed
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo, Session


async def apply_events(told: Sequence[tuple[str, Event]], store: Store, mongo: Mongo) -> None:
    """The events (id, itself) are in the view when this returns, all of them or, where it raises, none.

    Events that change no figure (reminders, rejections) are passed over.
    """
    # What was delivered is counted by the tallies: an account with a fact for each output would grow without bound.
    facts = [
        (key, fact)
        for name, event in told
        for key, fact in facts_of(name, event)
        if not isinstance(fact, Delivered | Reviewed)
    ]
    plans = [event for _, event in told if isinstance(event, PlanPublished)]
    outputs = [event for _, event in told if isinstance(event, OutputRecorded)]
    reviews = [event for _, event in told if isinstance(event, OutputReviewed)]
    narrative = [event for _, event in told if isinstance(event, NarrativeWritten)]
    officers = [event for _, event in told if isinstance(event, OfficerListed)]
    days = [event.date for _, event in told if isinstance(event, CalendarDay)]

    async def write(session: Session) -> None:
        await store.put_plans(plans, session)
        await store.put_facts(facts, session)
        await store.outputs.put(outputs, reviews, session)
        await store.put_narrative(narrative, session)
        await OfficerStore(mongo).put(officers, session)
        if days:
            await store.put_day(max(days), session)

    if facts or plans or outputs or reviews or narrative or officers or days:
        await mongo.transact(write)
