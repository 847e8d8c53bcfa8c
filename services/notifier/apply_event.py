"""Keep the view: what events tell of plans and occurrences."""

from services.notifier.store import Store
from shared.contracts.base import Event
from shared.contracts.ledger import facts_of
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo


async def apply_event(event_id: str, event: Event, store: Store, mongo: Mongo) -> None:
    """Take the event into the view; the same one again changes nothing."""
    if isinstance(event, PlanPublished):
        await store.put_plan(event)
        return
    told = list(facts_of(event_id, event))
    if told:
        await mongo.transact(lambda session: store.add_facts(told, session))
