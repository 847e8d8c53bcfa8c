"""The bulk pull, on a real server: nothing lost, nothing held back, nothing asked in vain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from deploy.servers.server import Running
from shared import batch
from shared.batch import BulkPull
from shared.topology import INTAKE, Consumer
from tests.integration.until import until

# Nothing comes again by itself while a test runs: what does was given back.
CONSUMER = Consumer("pulled", INTAKE, ("dondoc.intake.*",), in_flight=5_000, ack_wait=timedelta(hours=1))


@pytest.fixture
async def consumer(js: JetStreamContext) -> Consumer:
    """The consumer beside the declared ones, on a work queue that has none but it."""
    await js.delete_consumer(INTAKE, "submissions-intake")
    await js.add_consumer(CONSUMER.stream, CONSUMER.config())
    return CONSUMER


@pytest.fixture
async def pull(nc: Client, consumer: Consumer) -> AsyncIterator[BulkPull]:
    """A pull in batches of 100 at most."""
    pull = BulkPull(nc, consumer, size=100)
    await pull.start()
    yield pull
    await pull.stop()


async def _post(js: JetStreamContext, first: int, count: int) -> None:
    acks = [await js.publish_async("dondoc.intake.a", str(n).encode()) for n in range(first, first + count)]
    await asyncio.gather(*acks)


async def _take(pull: BulkPull, count: int) -> list[list[Msg]]:
    """Batches until that many messages came, each acknowledged."""
    batches: list[list[Msg]] = []
    while sum(map(len, batches)) < count:
        batches.append(await pull.next_batch())
        for msg in batches[-1]:
            await msg.ack()
    return batches


def _numbers(batches: list[list[Msg]]) -> list[int]:
    return [int(msg.data) for one in batches for msg in one]


async def test_all_of_two_thousand_messages_come_once_and_in_order(js: JetStreamContext, pull: BulkPull) -> None:
    """More than a request asks for: the next is asked for while one is handled, and none is lost between them."""
    await _post(js, 0, 2_000)
    batches = await _take(pull, 2_000)
    assert _numbers(batches) == list(range(2_000))
    assert max(map(len, batches)) <= 100


async def test_large_messages_come_in_smaller_batches(nc: Client, js: JetStreamContext, consumer: Consumer) -> None:
    """What is held is bounded by bytes too; nothing is lost where a request is full, nobody is warned, none waits."""
    pull = BulkPull(nc, consumer, size=100, request_bytes=1_000_000)
    await pull.start()
    for number in range(40):
        await js.publish("dondoc.intake.a", f"{number}".encode().ljust(200_000))
    with capture_logs() as logs:
        async with asyncio.timeout(batch.EXPIRES.total_seconds()):
            batches = await _take(pull, 40)
    await pull.stop()
    assert _numbers(batches) == list(range(40))
    assert 2 * 1_000_000 >= max(sum(len(msg.data) for msg in one) for one in batches) >= 400_000
    assert [line for line in logs if line["event"] == "pull ended"] == []


async def test_one_message_comes_alone(js: JetStreamContext, pull: BulkPull) -> None:
    """Whoever waits for a batch is given what there is, without waiting for it to fill."""
    waiting = asyncio.create_task(pull.next_batch())
    await _post(js, 7, 1)
    assert _numbers([await waiting]) == [7]


async def test_partial_batches_are_not_lost(js: JetStreamContext, pull: BulkPull) -> None:
    """Messages that come in dribs and drabs are each delivered exactly once."""
    for first in range(0, 70, 7):
        await _post(js, first, 7)
        batches = await _take(pull, 7)
        assert _numbers(batches) == list(range(first, first + 7))
        assert {msg.metadata.num_delivered for one in batches for msg in one} == {1}


async def test_a_request_that_ended_is_followed_by_another(
    js: JetStreamContext, pull: BulkPull, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time without messages the server ends the request; what comes then is delivered all the same."""
    monkeypatch.setattr(batch, "EXPIRES", timedelta(milliseconds=10))
    waiting = asyncio.create_task(pull.next_batch())
    pending = []
    for _ in range(5):
        info = await js.consumer_info(CONSUMER.stream, CONSUMER.name)
        pending.append(info.num_waiting)
        await asyncio.sleep(0.01)
    await _post(js, 7, 1)
    assert _numbers([await waiting]) == [7]


async def test_stopping_gives_back_what_was_not_handed_out(
    js: JetStreamContext, nc: Client, pull: BulkPull, consumer: Consumer
) -> None:
    """Another process gets at once what this one fetched and didn't begin; only what it has in hand stays its own."""
    await _post(js, 0, 350)
    in_hand = await pull.next_batch()

    async def fetched() -> bool:
        return ((await js.consumer_info(consumer.stream, consumer.name)).num_ack_pending or 0) > len(in_hand)

    await until(fetched, "more is fetched than was handed out")
    await pull.stop()
    other = BulkPull(nc, consumer, size=100)
    await other.start()
    rest = _numbers(await _take(other, 350 - len(in_hand)))
    assert sorted(rest) == list(range(len(in_hand), 350))
    await other.stop()


async def test_a_batch_that_can_not_be_followed_up_is_not_lost(
    js: JetStreamContext, nc: Client, pull: BulkPull
) -> None:
    """The next request is sent before the batch is taken out, so an error there leaves the messages where they are."""
    await _post(js, 0, 5)
    first = await pull.next_batch()
    await _post(js, 5, 150)
    await until(lambda: _has(pull, 100), "a full request was delivered")

    async def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("the client's buffer is full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nc, "publish", refuse)
        for _ in range(3):
            with pytest.raises(ConnectionError):
                await pull.next_batch()
    assert _numbers(await _take(pull, 155 - len(first))) == list(range(len(first), 155))


async def _has(pull: BulkPull, count: int) -> bool:
    return len(pull._waiting) >= count


async def test_a_consumer_that_is_gone_is_not_asked_in_a_hurry(
    js: JetStreamContext, nc: Client, pull: BulkPull, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server says at once that nobody answers; asking again at once would be a busy loop. Made anew, it serves."""
    monkeypatch.setattr(batch, "EXPIRES", timedelta(seconds=1))
    monkeypatch.setattr(batch, "GRACE", timedelta())
    with capture_logs() as said:
        waiting = asyncio.create_task(pull.next_batch())

        async def ended() -> bool:
            return any(line["event"] == "pull ended" for line in said)

        await js.delete_consumer(CONSUMER.stream, CONSUMER.name)
        await until(ended, "the pull hears of it")
        before = nc.stats["out_msgs"]
        for _ in range(100):
            await nc.flush()  # a round trip: time enough for a hurried one to ask again
        assert nc.stats["out_msgs"] - before < 50
    await js.add_consumer(CONSUMER.stream, CONSUMER.config())
    await _post(js, 7, 1)
    assert _numbers([await waiting]) == [7]


async def test_a_server_that_was_killed_and_came_back_serves_on(
    js: JetStreamContext, nats_server: Running, pull: BulkPull
) -> None:
    """The request died with the server; the silence tells, and the next one brings the messages."""
    await _post(js, 0, 1)
    await _take(pull, 1)
    waiting = asyncio.create_task(pull.next_batch())
    await js.account_info()
    nats_server.child.kill()
    nats_server.start()

    async def back() -> bool:
        with suppress(NatsError, TimeoutError):
            await js.publish("dondoc.intake.a", b"1", timeout=1)
            return True
        return False

    await until(back, "the client is connected again")
    assert int((await waiting)[0].data) == 1
