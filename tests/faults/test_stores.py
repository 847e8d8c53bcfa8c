"""What a nats-server makes of a store that was wiped, cut short or restored; refilling the log counts on it."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo
from nats.js.errors import NotFoundError

from deploy.servers.server import Running
from tests.faults.stores import restore, snapshot, store_of, truncate, wipe

STREAM, SUBJECT = "LOG", "log"
Numbers = list[int]


class Everything(random.Random):
    """Cuts all there is."""

    def randrange(self, *_: object) -> int:
        return 0


@asynccontextmanager
async def _log(server: Running) -> AsyncIterator[JetStreamContext]:
    nc = await nats.connect(server.url)
    try:
        yield nc.jetstream()
    finally:
        await nc.close()


async def _make(js: JetStreamContext, *durables: str) -> None:
    await js.add_stream(name=STREAM, subjects=[SUBJECT])
    for name in durables:
        await js.add_consumer(
            STREAM,
            ConsumerConfig(durable_name=name, ack_policy=AckPolicy.EXPLICIT, ack_wait=1, max_ack_pending=1_000),
        )


async def _publish(js: JetStreamContext, numbers: range) -> None:
    for number in numbers:
        await js.publish(SUBJECT, b"%d" % number, headers={"Nats-Msg-Id": str(number), "Padding": "x" * (number % 97)})


async def _held(js: JetStreamContext) -> Numbers:
    state = (await js.stream_info(STREAM)).state
    if not state.messages:
        return []
    return [int((await js.get_msg(STREAM, seq)).data or b"-1") for seq in range(state.first_seq, state.last_seq + 1)]


async def _hear(js: JetStreamContext, durable: str, count: int, acknowledge: int | None = None) -> Numbers:
    """The next `count` that the consumer hands out, without a repeat; the first `acknowledge` are acknowledged."""
    sub = await js.pull_subscribe_bind(durable, STREAM)
    heard: Numbers = []
    while len(heard) < count:
        for msg in await sub.fetch(count - len(heard), timeout=30):
            if acknowledge is None or len(heard) < acknowledge:
                await msg.ack_sync()
            heard.append(int(msg.data))
    await sub.unsubscribe()
    return heard


async def _info(js: JetStreamContext, durable: str) -> ConsumerInfo:
    return await js.consumer_info(STREAM, durable)


@pytest.mark.parametrize("seed", range(4))
async def test_a_cut_log_is_a_strict_prefix(nats_server: Running, seed: int) -> None:
    """The server starts by itself and holds the first messages, unchanged and without a gap; not all of them."""
    async with _log(nats_server) as js:
        await _make(js)
        await _publish(js, range(200))
    nats_server.child.kill()
    assert truncate(store_of(nats_server), STREAM, random.Random(seed)) > 0
    nats_server.start()
    async with _log(nats_server) as js:
        held = await _held(js)
        assert held == list(range(len(held)))
        assert len(held) < 200
        await _publish(js, range(200))  # what it holds it knows by its id, so only what is gone is stored again
        assert await _held(js) == list(range(200))


@pytest.mark.parametrize("seed", [3, None])
async def test_a_consumer_ahead_of_a_cut_log_hears_what_comes_next(nats_server: Running, seed: int | None) -> None:
    """It had acknowledged what is gone; its position is moved back to the end, and nothing new is passed over."""
    async with _log(nats_server) as js:
        await _make(js, "ahead")
        await _publish(js, range(100))
        await _hear(js, "ahead", 100)
    nats_server.stop()
    truncate(store_of(nats_server), STREAM, Everything() if seed is None else random.Random(seed))
    nats_server.start()
    async with _log(nats_server) as js:
        held = len(await _held(js))
        assert (held == 0) is (seed is None)
        await _publish(js, range(1_000, 1_050))
        assert await _hear(js, "ahead", 50) == list(range(1_000, 1_050))
        assert (await _info(js, "ahead")).num_pending == 0


async def test_what_was_in_flight_and_is_still_there_is_delivered_again(nats_server: Running) -> None:
    """Delivered and not acknowledged, before a cut that lies behind it: none of it is forgotten."""
    async with _log(nats_server) as js:
        await _make(js, "flight")
        await _publish(js, range(100))
        await _hear(js, "flight", 100, acknowledge=10)
    nats_server.stop()
    truncate(store_of(nats_server), STREAM, random.Random(3))
    nats_server.start()
    async with _log(nats_server) as js:
        held = await _held(js)
        assert 10 < len(held) < 100
        assert sorted(await _hear(js, "flight", len(held) - 10)) == held[10:]


async def test_a_restored_log_and_its_consumers_are_as_of_the_copy(nats_server: Running, tmp_path: Path) -> None:
    """Its consumers hear what comes next, and again what they had acknowledged since the copy was made."""
    async with _log(nats_server) as js:
        await _make(js, "done", "half")
        await _publish(js, range(60))
        await _hear(js, "done", 60)
        await _hear(js, "half", 20)
    nats_server.stop()
    snapshot(store_of(nats_server), tmp_path / "copy")
    nats_server.start()
    async with _log(nats_server) as js:
        await _publish(js, range(60, 100))
        await _hear(js, "done", 40)
        await _hear(js, "half", 80)
    nats_server.child.kill()
    restore(store_of(nats_server), tmp_path / "copy")
    nats_server.start()
    async with _log(nats_server) as js:
        assert await _held(js) == list(range(60))
        await _publish(js, range(1_000, 1_050))
        assert await _hear(js, "done", 50) == list(range(1_000, 1_050))
        assert await _hear(js, "half", 90) == [*range(20, 60), *range(1_000, 1_050)]


async def test_a_wiped_store_holds_nothing(nats_server: Running) -> None:
    """The server starts, without a stream."""
    async with _log(nats_server) as js:
        await _make(js, "durable")
        await _publish(js, range(3))
    nats_server.child.kill()
    wipe(store_of(nats_server))
    nats_server.start()
    async with _log(nats_server) as js:
        with pytest.raises(NotFoundError):
            await js.stream_info(STREAM)


async def test_a_stream_without_messages_cannot_be_cut(nats_server: Running) -> None:
    """It says so, rather than leave the store as it was."""
    async with _log(nats_server) as js:
        await _make(js)
    nats_server.stop()
    with pytest.raises(FileNotFoundError, match="holds no message"):
        truncate(store_of(nats_server), STREAM, random.Random(0))
    with pytest.raises(FileNotFoundError, match="0 streams NONE"):
        truncate(store_of(nats_server), "NONE", random.Random(0))
