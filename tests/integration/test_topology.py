"""Streams and consumers: applied, checked, and named where they differ."""

from dataclasses import replace
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError, ServerError

from shared import topology
from shared.topology import CONSUMERS, EVENTS, INTAKE, STREAMS, SUBMISSIONS_EVENTS
from shared.waiting import NotThere, check_topology
from tests.integration.log import day, handled, tell, told


def _stream(name: str) -> StreamConfig:
    return next(stream for stream in STREAMS if stream.name == name)


async def test_on_an_empty_server_everything_is_missing(nc: Client) -> None:
    """Every stream and every consumer is named, a line each."""
    assert await topology.differences(nc.jetstream()) == [
        *(f"stream {stream.name} is missing" for stream in STREAMS),
        *(f"consumer {consumer.name} is missing" for consumer in CONSUMERS),
    ]


async def test_once_applied_nothing_differs(nc: Client) -> None:
    """And applying again changes nothing."""
    js = nc.jetstream()
    for _ in range(2):
        await topology.apply(js)
        assert await topology.differences(js) == []
        await check_topology(js)


async def test_applying_keeps_what_is_stored_and_where_consumers_stand(js: JetStreamContext) -> None:
    """An upgrade of a running installation loses no event and repeats none."""
    await tell(js, day("2026-02-01"))
    (msg,) = await (await js.pull_subscribe_bind(SUBMISSIONS_EVENTS.name, EVENTS)).fetch(1)
    await msg.ack_sync()
    await topology.apply(js)
    assert len(await told(js)) == 1
    await handled(js, SUBMISSIONS_EVENTS)


@pytest.mark.parametrize("stream", [stream.name for stream in STREAMS])
async def test_a_missing_stream_is_named(js: JetStreamContext, stream: str) -> None:
    """With its consumers, which went with it."""
    await js.delete_stream(stream)
    gone = [f"consumer {consumer.name} is missing" for consumer in CONSUMERS if consumer.stream == stream]
    assert await topology.differences(js) == [f"stream {stream} is missing", *gone]


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda one: one.name)
async def test_a_missing_consumer_is_named(js: JetStreamContext, consumer: topology.Consumer) -> None:
    """A service whose consumer was deleted would be silent."""
    await js.delete_consumer(consumer.stream, consumer.name)
    assert await topology.differences(js) == [f"consumer {consumer.name} is missing"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"in_flight": 7}, "max_ack_pending=7 instead of 2000"),
        ({"ack_wait": timedelta(seconds=3)}, "ack_wait=3.0 instead of 15.0"),
        ({"subjects": (topology.DAY,)}, "filter_subjects=['dondoc.calendar.day.*'] instead of"),
    ],
)
async def test_a_consumer_that_somebody_changed_is_told_apart_and_mended(
    js: JetStreamContext, change: dict[str, object], said: str
) -> None:
    """What it has and what it should have; `apply` makes it so."""
    changed = replace(SUBMISSIONS_EVENTS, **change)  # type: ignore[arg-type]
    await js.add_consumer(EVENTS, changed.config())
    (line,) = await topology.differences(js)
    assert line.startswith("consumer submissions-events has ")
    assert said in line
    await topology.apply(js)
    assert await topology.differences(js) == []


@pytest.mark.parametrize(
    ("stream", "name", "value"),
    [(EVENTS, "duplicate_window", 1.0), (INTAKE, "max_msg_size", 100), (EVENTS, "max_bytes", 10_000_000)],
)
async def test_a_stream_that_somebody_changed_is_told_apart_and_mended(
    js: JetStreamContext, stream: str, name: str, value: float
) -> None:
    """A limit that was set by hand would lose events one day."""
    await js.update_stream(_stream(stream).evolve(**{name: value}))
    (line,) = await topology.differences(js)
    assert line.startswith(f"stream {stream} has {name}={value!r} instead of ")
    await topology.apply(js)
    assert await topology.differences(js) == []


async def test_replicas_that_are_asked_for_and_missing_are_told(js: JetStreamContext) -> None:
    """Every stream and consumer that one server keeps where three should."""
    lines = await topology.differences(js, replicas=3)
    assert lines == [
        *(f"stream {stream.name} has num_replicas=1 instead of 3" for stream in STREAMS),
        *(f"consumer {consumer.name} has num_replicas=1 instead of 3" for consumer in CONSUMERS),
    ]


async def test_a_consumer_without_a_number_of_its_own_has_as_many_replicas_as_its_stream(js: JetStreamContext) -> None:
    """Consumers that were made before there was a number are as declared."""
    await js.delete_consumer(EVENTS, SUBMISSIONS_EVENTS.name)
    await js.add_consumer(EVENTS, SUBMISSIONS_EVENTS.config().evolve(num_replicas=0))
    assert await topology.differences(js) == []
    await topology.apply(js)
    assert await topology.differences(js) == []


async def test_a_server_alone_refuses_replicas(nc: Client) -> None:
    """Three copies can't lie on one server; what is asked for is refused, not quietly made less."""
    with pytest.raises(ServerError, match="replicas > 1 not supported"):
        await topology.apply(nc.jetstream(), replicas=3)


async def test_the_check_of_a_service_says_what_to_do(js: JetStreamContext) -> None:
    """The line names everything that differs, and the command that mends it."""
    await js.delete_consumer(EVENTS, SUBMISSIONS_EVENTS.name)
    await js.delete_stream(INTAKE)
    with pytest.raises(NotThere) as caught:
        await check_topology(js)
    assert str(caught.value) == (
        "stream INTAKE is missing; consumer submissions-intake is missing; consumer submissions-events is missing; "
        "run `dondoc topology apply`, or `dondoc topology refill` if the NATS store was lost"
    )


async def test_the_log_refuses_what_is_none_of_its_subjects(js: JetStreamContext) -> None:
    """A misspelt subject is an error at its publisher, not an event that nobody reads."""
    with pytest.raises(NotFoundError):
        await js.find_stream_name_by_subject("dondoc.calender.day.2026-02-01")
