"""The relays of two processes of a service, on three nats-servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import Error as JetStreamError

from shared import relay, topology
from shared.mongo import Mongo
from shared.outbox import Outbox, Stamped
from shared.publisher import Publisher
from shared.relay import relay_once
from tests.harness.cluster import nats_cluster
from tests.integration.log import day, told
from tests.integration.until import until

ROWS = 150


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[list[JetStreamContext]]:
    """Connections of two processes to a cluster that keeps each stream three times."""
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(nats_cluster(tmp_path))
        clients = [await nats.connect(cluster.url.split(",")) for _ in range(2)]
        for nc in clients:
            stack.push_async_callback(nc.close)
        contexts = [nc.jetstream() for nc in clients]

        async def applied() -> bool:
            try:
                await topology.apply(contexts[0], replicas=3)
            except (NatsError, JetStreamError, TimeoutError):
                return False
            return True

        await until(applied, "the cluster takes streams of three replicas")
        yield contexts


async def test_two_relays_publish_the_same_rows_at_once(
    two: list[JetStreamContext], mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster refuses an id that it is just storing: neither relay takes that for a failure, and pauses for it."""
    monkeypatch.setattr(relay, "WINDOW", 3)  # so that the two meet at the same rows again and again
    outbox = Outbox(mongo, "/dondoc/tested")
    events = [Stamped(f"day:{n}", day("2026-02-01")) for n in range(ROWS)]
    await mongo.transact(lambda session: outbox.add(events, session))
    publishers = [Publisher(js._nc) for js in two]
    while await outbox.count_unpublished():
        await asyncio.gather(*(relay_once(outbox, publisher) for publisher in publishers))
    assert sorted(id_ for id_, _ in await told(two[0])) == sorted(event.id for event in events)
