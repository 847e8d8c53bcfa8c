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


async def handle_batches(nc: Client, consumer: Consumer, policy: Policy, work: Work, at_once: int = 1) -> None:
    """Until cancelled; the batches in hand are finished first, so that nothing that was done is delivered again.

    With `at_once` 2 the next batch is begun while one waits for its commit.
    """
    pull = BulkPull(nc, consumer)
    await pull.start()
    handling: set[asyncio.Task[None]] = set()
    try:
        while True:
            batch = await pull.next_batch()
            handling.add(asyncio.create_task(handle_batch(batch, consumer, policy, work)))
            if len(handling) >= at_once:
                done, handling = await asyncio.wait(handling, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    one.result()
    finally:
        if handling:
            await asyncio.wait(handling)
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
