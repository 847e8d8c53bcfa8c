"""Build the view anew from the log; what was mailed to whom is the service's own truth and stays."""

from collections.abc import AsyncIterator

from services.notifier.apply_events import apply_events
from services.notifier.store import Store
from shared.contracts.base import Event
from shared.mongo import Mongo


async def rebuild(store: Store, mongo: Mongo, events: AsyncIterator[tuple[str, Event]]) -> int:
    """Forget plans and accounts, then take in every event (its id, itself) of the log; how many.

    The service must not run meanwhile: half a view would remind of what was delivered.
    """
    await store.ensure_indexes()
    await store.forget_view()
    count = 0
    async for event_id, event in events:
        await apply_events([(event_id, event)], store, mongo)
        count += 1
    return count
