"""Build the view anew from the log. Reports keeps no truth of its own beside its outbox, which stays."""

from collections.abc import AsyncIterator

from services.reports.apply_events import apply_events
from services.reports.store import Store
from shared.contracts.base import Event
from shared.mongo import Mongo

BATCH = 500


async def rebuild(store: Store, mongo: Mongo, events: AsyncIterator[tuple[str, Event]]) -> int:
    """Forget the view, then take in every event (its id, itself) of the log; how many.

    The service may run meanwhile: it takes in what is new and refuses to answer. Where the rebuild breaks off it
    keeps refusing, until one is run to its end.
    """
    await store.ensure_indexes()
    await store.begin_rebuild()
    count, batch = 0, list[tuple[str, Event]]()
    async for told in events:
        batch.append(told)
        count += 1
        if len(batch) == BATCH:
            await apply_events(batch, store, mongo)
            batch.clear()
    await apply_events(batch, store, mongo)
    await store.end_rebuild()
    return count
