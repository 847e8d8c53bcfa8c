"""Publishing many events at once, on a real server."""

import asyncio
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.errors import BadSubjectError, MaxPayloadError
from nats.js import JetStreamContext
from nats.js.errors import APIError, NoStreamResponseError

from deploy.servers.server import Running
from shared.outbox import Row
from shared.publisher import BATCH_ID, Answers, Publisher
from shared.topology import DEADLETTER, EVENTS


@pytest.fixture
def publisher(nc: Client) -> Publisher:
    return Publisher(nc)


def _row(place: int, subject: str = "dondoc.calendar.day.x", body: bytes = b"{}", **headers: str) -> Row:
    return Row(f"e{place}", subject, body, headers, 1, place)


async def _stored(js: JetStreamContext, sequence: int) -> tuple[str, bool]:
    """The id of a message of the log, and whether it came in a batch."""
    headers = (await js.get_msg(EVENTS, sequence)).headers or {}
    return headers["Nats-Msg-Id"], BATCH_ID in headers


async def test_all_are_in_the_log_in_order(js: JetStreamContext, publisher: Publisher) -> None:
    """Hundreds handed over before the first answer."""
    rows = [_row(place, body=b'{"n":%d}' % place) for place in range(700)]
    assert await publisher.publish(rows) == Answers()
    stored = [await js.get_msg(EVENTS, n) for n in (1, 350, 700)]
    assert [msg.data for msg in stored] == [rows[n].body for n in (0, 349, 699)]


async def test_many_are_stored_as_one(js: JetStreamContext, publisher: Publisher) -> None:
    """Whole or not at all; what is too large for one goes row by row and is stored as well."""
    assert await publisher.publish([_row(0), _row(1)]) == Answers()
    assert await publisher.publish([_row(n, body=b"x" * 900_000) for n in range(2, 21)]) == Answers()
    assert [batched for _, batched in [await _stored(js, n) for n in (1, 2, 3, 21)]] == [True, True, False, False]


async def test_what_may_be_in_the_log_goes_row_by_row(js: JetStreamContext, publisher: Publisher) -> None:
    """A listener hears a refused batch, and would hear its rows a second time."""
    heard = await js._nc.subscribe("dondoc.calendar.day.x")
    assert await publisher.publish([_row(1)]) == Answers()
    assert await publisher.publish([_row(0), _row(1)], as_one=False) == Answers(repeats={1: 1})
    assert [(await heard.next_msg()).headers["Nats-Msg-Id"] for _ in range(heard.pending_msgs)] == ["e1", "e0", "e1"]


async def test_a_repeat_among_many_is_told_and_the_others_are_stored(
    js: JetStreamContext, publisher: Publisher
) -> None:
    """The server refuses the batch for one id that it knows."""
    assert await publisher.publish([_row(1)]) == Answers()
    assert await publisher.publish([_row(0), _row(1), _row(2)]) == Answers(repeats={1: 1})
    assert [name for name, _ in [await _stored(js, n) for n in (1, 2, 3)]] == ["e1", "e0", "e2"]


async def test_a_repeat_counts_as_stored_and_is_not_stored_again(js: JetStreamContext, publisher: Publisher) -> None:
    """The id is the event's."""
    assert await publisher.publish([_row(0), _row(0)]) == Answers(repeats={1: 1})
    assert (await js.stream_info(EVENTS)).state.messages == 1


async def test_what_is_refused_is_told_by_its_place(js: JetStreamContext, publisher: Publisher) -> None:
    """For good: no stream holds the subject, another than the log does, none can, or it is too large. The rest is
    stored."""
    answers = await publisher.publish(
        [
            _row(0, "nobody.holds.this"),
            _row(1, f"dondoc.{DEADLETTER.lower()}.x"),
            _row(2, body=b"x" * 9_000_000),
            _row(3),
            _row(4, "dondoc.calendar.day.two words"),
            _row(5, x="x" * 70_000),
        ]
    )
    assert {place: type(error) for place, error in answers.refused.items()} == {
        0: NoStreamResponseError,
        1: APIError,
        2: MaxPayloadError,
        4: BadSubjectError,
        5: APIError,
    }
    assert answers.errors == {}
    assert (await js.stream_info(EVENTS)).state.messages == 1


async def test_what_may_be_over_tomorrow_is_refused_for_now(js: JetStreamContext, publisher: Publisher) -> None:
    """The log isn't there, or is full: the same row is taken as soon as it can be."""
    stream = (await js.stream_info(EVENTS)).config
    await js.delete_stream(EVENTS)
    missing = await publisher.publish([_row(0)])
    await js.add_stream(stream.evolve(max_bytes=1))
    full = await publisher.publish([_row(0)])
    assert [type(answers.errors[0]) for answers in (missing, full)] == [NoStreamResponseError, APIError]
    assert (missing.refused, full.refused) == ({}, {})
    await js.update_stream(stream)
    assert await publisher.publish([_row(0)]) == Answers()


async def test_without_an_answer_each_row_that_lacks_one_is_told(
    js: JetStreamContext, nats_server: Running, publisher: Publisher
) -> None:
    """The server is gone: nothing is known of the rows, so they must be published again."""
    assert await publisher.publish([_row(0)]) == Answers()
    nats_server.child.kill()
    answers = await publisher.publish([_row(1), _row(2)], within=timedelta(milliseconds=200))
    assert [type(answers.errors[place]) for place in (0, 1)] == [TimeoutError, TimeoutError]


async def test_calls_at_once_hear_their_own_answers(js: JetStreamContext, publisher: Publisher) -> None:
    """The relay and a refill may publish at the same time."""
    wrong, right = await asyncio.gather(
        publisher.publish([_row(0, "nobody.holds.this"), _row(1)]), publisher.publish([_row(2), _row(3)])
    )
    assert list(wrong.refused) == [0]
    assert right == Answers()
