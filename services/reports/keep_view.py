"""The loop that keeps the view: batches of the log in, acknowledged when they are committed.

Order doesn't matter to the view, so many events may be in flight, and a batch costs one transaction.
"""

import asyncio

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from services.reports.apply_events import apply_events
from services.reports.store import Store
from shared import metrics
from shared.batch import BulkPull
from shared.contracts.base import Event
from shared.contracts.registry import decode
from shared.delivery import Policy
from shared.mongo import Unavailable
from shared.service import Runtime
from shared.topology import REPORTS_EVENTS


async def keep_view(runtime: Runtime, store: Store) -> None:
    """Until cancelled; the batch in hand is finished first."""
    policy = Policy(runtime.js, REPORTS_EVENTS)
    pull = BulkPull(runtime.nc, REPORTS_EVENTS)
    await pull.start()
    try:
        while True:
            handling = asyncio.ensure_future(_handle(await pull.next_batch(), runtime, store, policy))
            try:
                await asyncio.shield(handling)
            except asyncio.CancelledError:
                await handling
                raise
    finally:
        await pull.stop()


async def _handle(batch: list[Msg], runtime: Runtime, store: Store, policy: Policy) -> None:
    """Take a batch in. Where it fails each message is tried alone, so that one fault stays one."""
    metrics.BATCH.observe(len(batch))
    try:
        await apply_events([_told(msg) for msg in batch], store, runtime.mongo)
    except (*Unavailable, NatsError, TimeoutError) as not_now:
        for msg in batch:
            await policy.run(msg, lambda error=not_now: _raise(error))  # type: ignore[misc]
    except Exception:
        for msg in batch:
            await policy.run(msg, lambda one=msg: _alone(one, runtime, store))  # type: ignore[misc]
    else:
        for msg in batch:
            await msg.ack()
        metrics.HANDLED.labels(REPORTS_EVENTS.name, "done").inc(len(batch))


async def _alone(msg: Msg, runtime: Runtime, store: Store) -> None:
    await apply_events([_told(msg)], store, runtime.mongo)


async def _raise(error: Exception) -> None:
    raise error


def _told(msg: Msg) -> tuple[str, Event]:
    envelope, event = decode(msg.data, msg.headers)
    return envelope.id, event
