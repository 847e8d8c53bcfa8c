"""What becomes of a message when its handler has ended, on a real server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import structlog
from faststream import BaseMiddleware
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.servers.ports import free_port
from shared import deadletters
from shared.delivery import Duplicator, Limits, Policy, delivery_middleware
from shared.health import Health
from shared.mongo import Mongo
from shared.outcomes import Rejected, Retry
from shared.runtime import Delivery, DeliveryHandler, Runtime
from shared.settings import Settings
from shared.topology import NOTIFIER_DAYS
from tests.integration.log import day, handled, tell

SOON = timedelta(milliseconds=1)
QUICK = Limits(failures=3, first_backoff=SOON, longest_backoff=SOON, unavailable_backoff=SOON)

Subscribe = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
def subscribed(settings: Settings, mongo: Mongo, js: JetStreamContext) -> Subscribe:
    """`async with subscribed(handler)`: it handles days, as a service's handler would, with quick limits."""

    @asynccontextmanager
    async def run(handler: DeliveryHandler, *middlewares: type[BaseMiddleware[Any, Any]]) -> AsyncIterator[None]:
        policies: dict[str, Policy] = {}
        broker = NatsBroker(settings.nats_url, middlewares=(delivery_middleware(policies), *middlewares), logger=None)
        nc = await broker.connect()
        runtime = Runtime("tested", settings, mongo, broker, nc, policies, Health(), False)
        runtime.subscribe(NOTIFIER_DAYS, handler)
        policies[NOTIFIER_DAYS.name] = Policy(runtime.js, NOTIFIER_DAYS, QUICK)
        await broker.start()
        yield
        await broker.stop()

    return run


class Handler:
    """Notes the day of every delivery, then does what the next outcome says; nothing once they are used up."""

    def __init__(self, *outcomes: BaseException) -> None:
        self.days: list[int] = []
        self._outcomes = list(outcomes)

    async def __call__(self, delivery: Delivery) -> None:
        self.days.append(int(delivery.id.rpartition("-")[2]))
        if self._outcomes:
            raise self._outcomes.pop(0)


async def _tell_days(js: JetStreamContext, *numbers: int) -> None:
    for number in numbers:
        await tell(js, day(f"2026-02-{number:02}"))


async def test_a_message_is_acknowledged_after_its_handler_has_ended(
    js: JetStreamContext, subscribed: Subscribe
) -> None:
    """While it is being handled the server holds it as unacknowledged: a crash would bring it again."""
    began, go_on = asyncio.Event(), asyncio.Event()

    async def handler(_: Delivery) -> None:
        began.set()
        await go_on.wait()

    async with subscribed(handler):
        await _tell_days(js, 1)
        await began.wait()
        assert (await js.consumer_info(NOTIFIER_DAYS.stream, NOTIFIER_DAYS.name)).num_ack_pending == 1
        go_on.set()
        await handled(js, NOTIFIER_DAYS)


async def test_a_handler_is_given_the_event_and_where_it_stands(js: JetStreamContext, subscribed: Subscribe) -> None:
    """Id, event, place, and the server's own time of storing it; what it logs carries the event's id."""
    got: list[tuple[Delivery, Any]] = []

    async def handler(delivery: Delivery) -> None:
        got.append((delivery, structlog.contextvars.get_contextvars().get("event_id")))

    async with subscribed(handler):
        sequence = await tell(js, day("2026-02-01"), "day:1")
        await handled(js, NOTIFIER_DAYS)
    ((delivery, logged_as),) = got
    assert (delivery.id, delivery.event, delivery.sequence) == ("day:1", day("2026-02-01"), sequence)
    assert logged_as == "day:1"
    stored = await js.get_msg(NOTIFIER_DAYS.stream, sequence)
    assert stored.time is not None
    assert abs(delivery.stored_at - stored.time) < timedelta(milliseconds=1)


async def test_retry_brings_the_message_again_however_often(js: JetStreamContext, subscribed: Subscribe) -> None:
    """Waiting for something is no failure: more often than a handler may fail, and still no dead letter."""
    handler = Handler(*[Retry(SOON, "the plan is not here yet")] * 5)
    async with subscribed(handler):
        await _tell_days(js, 1, 2)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1] * 6 + [2]
    assert await deadletters.list_all(js) == []


@pytest.mark.parametrize(
    ("outcome", "pause"),
    [(Retry(timedelta(hours=1), "the plan is not here yet"), timedelta(hours=1)), (RuntimeError("boom"), SOON)],
)
async def test_the_server_is_told_the_pause(
    js: JetStreamContext, nc: Client, subscribed: Subscribe, outcome: Exception, pause: timedelta
) -> None:
    """The pause is kept by the server, so that the service is free meanwhile and may even be restarted."""
    answers = await nc.subscribe(f"$JS.ACK.{NOTIFIER_DAYS.stream}.{NOTIFIER_DAYS.name}.>")
    async with subscribed(Handler(outcome)):
        await _tell_days(js, 1)
        answer = await answers.next_msg(timeout=30)
    kind, _, order = answer.data.partition(b" ")
    assert (kind, json.loads(order)) == (b"-NAK", {"delay": pause / timedelta(microseconds=1) * 1_000})


async def test_what_is_rejected_becomes_one_dead_letter_as_it_was(js: JetStreamContext, subscribed: Subscribe) -> None:
    """At once, with the original bytes, the original headers and the reason; the next message isn't held up."""
    handler = Handler(Rejected("cơ quan này\nkhông có trong kế hoạch"))
    async with subscribed(handler):
        sequence = await tell(js, day("2026-02-01"), **{"X-Source": "Đài PT-TH"})
        await _tell_days(js, 2)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1, 2]
    (letter,) = await deadletters.list_all(js)
    original = await js.get_msg(NOTIFIER_DAYS.stream, sequence, direct=True)
    assert letter.body == original.data
    assert letter.headers == {"X-Source": "Đài PT-TH"}
    assert letter.reason == "cơ quan này không có trong kế hoạch"
    assert (letter.consumer, letter.subject) == (NOTIFIER_DAYS.name, "dondoc.calendar.day.2026-02-01")


async def test_a_handler_that_fails_too_often_gives_a_dead_letter(js: JetStreamContext, subscribed: Subscribe) -> None:
    """After as many failures as the limit says, no more and no fewer, with the last error as the reason."""
    handler = Handler(*[RuntimeError("boom")] * 3)
    async with subscribed(handler):
        await _tell_days(js, 1, 2)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1, 1, 1, 2]
    (letter,) = await deadletters.list_all(js)
    assert letter.reason == "failed 3 times: RuntimeError: boom"


async def test_a_handler_that_recovers_in_time_gives_none(js: JetStreamContext, subscribed: Subscribe) -> None:
    """Two failures of three allowed are forgotten when the third try works."""
    handler = Handler(RuntimeError("boom"), RuntimeError("boom"))
    async with subscribed(handler):
        await _tell_days(js, 1)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1, 1, 1]
    assert await deadletters.list_all(js) == []


async def test_order_is_kept_while_one_message_fails(js: JetStreamContext, subscribed: Subscribe) -> None:
    """No later message is handled before an earlier one has come through or was buried."""
    failing = [RuntimeError("boom"), Retry(SOON, "not yet"), RuntimeError("boom")]
    handler = Handler(*failing)
    async with subscribed(handler):
        await _tell_days(js, *range(1, 21))
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1, 1, 1, *range(1, 21)]


async def test_a_store_that_is_away_buries_nothing(
    js: JetStreamContext, subscribed: Subscribe, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its real driver's real error, more often than a handler may fail; when the store is back all goes on."""
    monkeypatch.setattr("shared.mongo.SELECTION_TIMEOUT_MS", 1)
    away = Mongo(f"mongodb://127.0.0.1:{free_port(0)}/?replicaSet=rs0", "tested")
    tries = 0

    async def handler(_: Delivery) -> None:
        nonlocal tries
        tries += 1
        await (away if tries <= 5 else mongo).ping()

    async with subscribed(handler):
        await _tell_days(js, 1)
        await handled(js, NOTIFIER_DAYS)
    away.close()
    assert tries == 6
    assert await deadletters.list_all(js) == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", "the event is not JSON"),
        (b'{"specversion":"1.0","id":"1","source":"/s","type":"vn.dondoc.unheard.v1"}', "vn.dondoc.unheard.v1"),
        (b'{"specversion":"1.0","id":"1","source":"/s","type":"vn.dondoc.calendar.day.v1","data":{}}', "date"),
    ],
)
async def test_what_can_not_be_read_is_buried_and_not_handled(
    js: JetStreamContext, subscribed: Subscribe, raw: bytes, reason: str
) -> None:
    """Trying again wouldn't make it readable; the handler never sees it."""
    handler = Handler()
    async with subscribed(handler):
        await js.publish("dondoc.calendar.day.2026-02-01", raw)
        await _tell_days(js, 2)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [2]
    (letter,) = await deadletters.list_all(js)
    assert letter.body == raw
    assert reason in letter.reason


async def test_the_duplicator_runs_a_handler_twice_and_acknowledges_once(
    js: JetStreamContext, subscribed: Subscribe
) -> None:
    """It proves something only if it really does."""
    handler = Handler()
    async with subscribed(handler, Duplicator):
        await _tell_days(js, 1, 2)
        await handled(js, NOTIFIER_DAYS)
    assert handler.days == [1, 1, 2, 2]
    info = await js.consumer_info(NOTIFIER_DAYS.stream, NOTIFIER_DAYS.name)
    assert info.delivered is not None
    assert info.delivered.consumer_seq == 2
