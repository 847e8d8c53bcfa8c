"""Build the copy of plans and assignments anew from the log; outputs and days are the service's own truth and stay.

Days keep the moment at which the log first stored them: a refilled log has other ones.
"""

from collections.abc import AsyncIterator

from services.submissions.apply_events import Told, apply_events
from services.submissions.store import PAGE, Store
from shared.contracts.base import Event
from shared.mongo import Mongo


async def rebuild(store: Store, mongo: Mongo, events: AsyncIterator[tuple[str, Event]]) -> int:
    """Forget plans and assignments, then take in every event (its id, itself) of the log; how many.

    The service must not run meanwhile: by half a copy it would reject what is right.
    """
    await store.ensure_indexes()
    await store.forget_book()
    count = 0
    page: list[Told] = []
    async for event_id, event in events:
        page.append(Told(event_id, event, None))
        count += 1
        if len(page) == PAGE:
            await apply_events(page, store, mongo)
            page = []
    await apply_events(page, store, mongo)
    return count
