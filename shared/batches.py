"""Handling a consumer in batches: one commit a batch, acknowledged after it; what fails is tried message by message."""

import asyncio
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared import metrics
from shared.batch import BulkPull
from shared.delivery import NOT_NOW, Policy
from shared.topology import Consumer

Work = Callable[[list[Msg]], Awaitable[None]]


async def handle_batches(nc: Client, consumer: Consumer, policy: Policy, work: Work) -> None:
    """Until cancelled; the batch in hand is finished first, so that nothing that was done is delivered again."""
    pull = BulkPull(nc, consumer)
    await pull.start()
    try:
        while True:
            handling = asyncio.ensure_future(handle_batch(await pull.next_batch(), consumer, policy, work))
            try:
                await asyncio.shield(handling)
            except asyncio.CancelledError:
                await handling
                raise
    finally:
        await pull.stop()


async def handle_batch(batch: list[Msg], consumer: Consumer, policy: Policy, work: Work) -> None:
    """Do the work and acknowledge. Where it fails as a whole each message is tried alone, so that one fault stays
    one; where a store is away the policy asks for all of them again."""
    metrics.BATCH.observe(len(batch))
    try:
        await work(batch)
    except NOT_NOW as trouble:
        for msg in batch:
            await policy.run(msg, lambda error=trouble: _raise(error))  # type: ignore[misc]
    except Exception:
        for msg in batch:
            await policy.run(msg, lambda one=msg: work([one]))  # type: ignore[misc]
    else:
        for msg in batch:
            await msg.ack()
        metrics.HANDLED.labels(consumer.name, "done").inc(len(batch))


async def _raise(error: Exception) -> None:
    raise error
