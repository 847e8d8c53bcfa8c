"""Keep the view: what events tell of plans and occurrences."""

from collections.abc import Sequence

from services.notifier.store import Store
from shared.contracts.base import Event
from shared.contracts.ledger import facts_of
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo


async def apply_events(told: Sequence[tuple[str, Event]], store: Store, mongo: Mongo) -> None:
    """Take the events (id, itself) into the view; neither their order nor their repetition matters."""
    for _, event in told:
        if isinstance(event, PlanPublished):
            await store.put_plan(event)
    facts = [fact for event_id, event in told for fact in facts_of(event_id, event)]
    if facts:
        await mongo.transact(lambda session: store.add_facts(facts, session))
