"""What a runtime keeps going, and how it lets go, on real servers."""

import asyncio
import json
from datetime import timedelta

import pytest
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared import cancelled
from shared import runtime as runtimes
from shared.ask import ask
from shared.health import Health
from shared.mongo import Mongo
from shared.outbox import Stamped
from shared.relay import relay_forever
from shared.runtime import Runtime
from shared.settings import Settings
from tests.integration.log import day, told


@pytest.fixture
async def runtime(settings: Settings, mongo: Mongo, js: JetStreamContext) -> Runtime:
    """A runtime in which nothing is wired yet; the test ends it."""
    broker = NatsBroker(settings.nats_url, logger=None)
    return Runtime("tested", settings, mongo, broker, await broker.connect(), {}, Health(), False)


async def test_a_loop_that_fails_is_started_again(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a pause, as often as it takes; one that returns has done its work."""
    monkeypatch.setattr(runtimes, "FIRST_RESTART", timedelta())
    starts, done = 0, asyncio.Event()

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts < 4:
            raise RuntimeError("boom")
        done.set()

    runtime.spawn(loop, "loop")
    await done.wait()
    await runtime.end()
    assert starts == 4


async def test_what_was_written_last_is_told_before_the_end(
    runtime: Runtime, mongo: Mongo, js: JetStreamContext
) -> None:
    """A stop loses nothing, and leaves nothing for the next start to find."""
    await runtime.begin()
    events = [Stamped(f"day:{n}", day("2026-02-01")) for n in range(20)]
    await mongo.transact(lambda session: runtime.outbox.add(events, session))
    await runtime.end()
    assert [id_ for id_, _ in await told(js)] == [stamped.id for stamped in events]


async def test_a_service_says_how_many_of_its_events_are_not_in_the_log(
    runtime: Runtime, nc: Client, mongo: Mongo
) -> None:
    """Whoever drives a year waits for this to be none."""
    await runtime.begin()
    answer = json.loads(await ask(nc, "dondoc.tested.pending", b"", timedelta(seconds=30)))
    assert answer == {"unpublished": 0}
    await runtime.end()


async def test_a_loop_that_lost_its_cancellation_is_cancelled_again(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library on the way may swallow one; the service ends all the same."""
    monkeypatch.setattr(cancelled, "CANCEL_AGAIN", timedelta(milliseconds=10))
    swallowed = 0

    async def loop() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    runtime.spawn(loop, "loop")
    await asyncio.sleep(0)
    await runtime.end()
    assert swallowed == 3


async def test_cancelling_the_relay_ends_it_although_it_is_woken_in_the_same_moment(runtime: Runtime) -> None:
    """The two meet whenever a service stops right after its last event."""
    for _ in range(50):
        relaying = asyncio.create_task(relay_forever(runtime.outbox, runtime.js, lambda: False))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        runtime.outbox.wake()
        await asyncio.sleep(0)
        relaying.cancel()
        await asyncio.wait({relaying}, timeout=30)
        assert relaying.cancelled()
    await runtime.end()
