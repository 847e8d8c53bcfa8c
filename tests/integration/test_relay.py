"""The relay, on real servers: every event in the log, once, in order, whatever happens on the way."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import Error as JetStreamError

from deploy.servers.server import Running
from shared import relay
from shared.contracts.base import Event
from shared.flushed import flushed
from shared.mongo import Mongo
from shared.outbox import Outbox, Row, Stamped
from shared.publisher import ACK_WITHIN, Answers, Publisher
from shared.relay import relay_forever, relay_once
from shared.topology import EVENTS
from tests.integration.log import day, tell, told
from tests.integration.until import until

ONLY_ONCE = {"Nats-Expected-Last-Subject-Sequence": "0"}


class Nobodys(Event):
    """An event on a subject that no stream holds."""

    TYPE: ClassVar[str] = "vn.dondoc.nobodys.v1"
    SUBJECT: ClassVar[str] = "dondoc.nobodys"


@pytest.fixture
def publisher(nc: Client) -> Publisher:
    return Publisher(nc)


@pytest.fixture
async def outbox(mongo: Mongo) -> Outbox:
    outbox = Outbox(mongo, "/dondoc/tested")
    await outbox.ensure_indexes()
    return outbox


async def _add(mongo: Mongo, outbox: Outbox, events: Sequence[Stamped]) -> None:
    await mongo.transact(lambda session: outbox.add(events, session))


def _days(count: int) -> list[Stamped]:
    return [Stamped(f"day:{n}", day("2026-02-01")) for n in range(count)]


async def _left(outbox: Outbox) -> list[str]:
    return [row.id for note in await outbox.notes() async for row in outbox.rows_of(note)]


async def _ids(js: JetStreamContext) -> list[str]:
    return [id_ for id_, _ in await told(js)]


async def test_rows_are_published_in_order_and_marked(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """More than are in flight at once; afterwards there is nothing left to do."""
    rows = _days(relay.WINDOW + 100)
    await _add(mongo, outbox, rows)
    assert [await relay_once(outbox, publisher) for _ in range(2)] == [relay.WINDOW + 100, 0]
    assert await _ids(js) == [row.id for row in rows]
    assert await outbox.count_unpublished() == 0


async def test_a_crash_between_publish_and_mark_leaves_one_event(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """The next start finds the row unmarked and publishes again; the log knows the id."""
    await _add(mongo, outbox, _days(3))
    rows = [row async for row in outbox.all_rows()]
    assert await publisher.publish(rows[:2]) == Answers()
    assert await relay_once(outbox, publisher) == 3
    assert await _ids(js) == ["day:0", "day:1", "day:2"]
    assert await outbox.count_unpublished() == 0


async def test_told_to_stop_it_marks_what_it_has_published(
    nc: Client, js: JetStreamContext, mongo: Mongo, outbox: Outbox
) -> None:
    """Cancelled in the middle of a batch: who listens hears each of its events once, from it or from the next start."""
    heard = await nc.subscribe("dondoc.calendar.day.*")
    await _add(mongo, outbox, _days(300))
    relaying = asyncio.create_task(relay_forever(outbox, Publisher(nc), lambda: True))
    await heard.next_msg(timeout=30)
    relaying.cancel()
    await asyncio.wait({relaying})
    await relay_once(outbox, Publisher(nc))
    await flushed(nc)
    assert relaying.cancelled()
    assert 1 + heard.pending_msgs == 300


async def test_two_relays_of_one_outbox_tell_everything_once(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """A service scales by starting more of it; each replica relays what it finds."""
    await _add(mongo, outbox, _days(200))
    await asyncio.gather(*(relay_once(Outbox(mongo, "/dondoc/tested"), publisher) for _ in range(3)))
    assert sorted(await _ids(js)) == sorted(row.id for row in _days(200))


async def test_a_day_exists_once_even_where_the_log_forgot_its_id(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """After a wiped outbox, or an hour: the subject may hold one message ever, and what holds one counts as told."""
    await tell(js, day("2026-02-01"), "told by somebody else")
    await _add(mongo, outbox, [Stamped("day:2026-02-01", day("2026-02-01"), ONLY_ONCE)])
    assert await relay_once(outbox, publisher) == 1
    assert await _ids(js) == ["told by somebody else"]
    assert await outbox.count_unpublished() == 0


async def test_a_row_that_the_server_refuses_holds_up_no_other(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """For good, so it is set apart with the reason, and nothing is left for the next sweep."""
    first, last = _days(2)
    await _add(mongo, outbox, [first, Stamped("nobodys", Nobodys()), last])
    assert [await relay_once(outbox, publisher) for _ in range(2)] == [2, 0]
    assert await _ids(js) == [first.id, last.id]
    assert await _left(outbox) == []
    assert [one.row.id for one in await outbox.apart()] == ["nobodys"]


async def test_a_row_that_can_not_even_be_sent_holds_up_no_other(
    js: JetStreamContext, publisher: Publisher, mongo: Mongo, outbox: Outbox
) -> None:
    """What is larger than the server takes is set apart as it is, byte for byte."""
    await _add(mongo, outbox, _days(3))
    await mongo.db["outbox"].update_one({"_id": "day:1"}, {"$set": {"body": b"x" * 9_000_000}})
    await relay_once(Outbox(mongo, "/dondoc/tested"), publisher)  # another process: it reads what is stored
    assert await _ids(js) == ["day:0", "day:2"]
    assert await _left(outbox) == []
    (apart,) = await outbox.apart()
    assert (apart.row.id, len(apart.row.body), apart.reason[:15]) == ("day:1", 9_000_000, "MaxPayloadError")


@pytest.mark.parametrize("first_is_refused", [False, True])
async def test_in_an_ordered_outbox_nothing_overtakes_what_was_written_before(
    js: JetStreamContext, nc: Client, mongo: Mongo, outbox: Outbox, first_is_refused: bool
) -> None:
    """Not even what a process that is gone has left: it goes first. What can never go holds up nothing."""
    before: list[Stamped] = [Stamped("nobodys", Nobodys())] if first_is_refused else []
    await _add(mongo, Outbox(mongo, "/dondoc/tested"), [*before, *_days(1)])
    outbox.ordered = True
    await _add(mongo, outbox, [Stamped("mine", day("2026-02-02"))])
    await _add(mongo, outbox, [Stamped("mine too", day("2026-02-03"))])
    outbox.wake()
    task = await _relaying(outbox, nc)

    async def tried() -> bool:
        return await _ids(js) == ["day:0", "mine", "mine too"]

    await until(tried, "what can go has gone")
    await _end(task)


async def test_in_an_ordered_outbox_what_can_not_go_now_holds_up_what_comes_after(
    js: JetStreamContext, nc: Client, mongo: Mongo, outbox: Outbox
) -> None:
    """The log is full when the first is tried, and not any more when the second would be."""
    outbox.ordered = True
    for number in range(2):
        await _add(mongo, outbox, [Stamped(f"day:{number}", day("2026-02-01"))])
    stream = (await js.stream_info(EVENTS)).config
    await js.update_stream(stream.evolve(max_bytes=1))
    with pytest.raises(JetStreamError):
        await relay_once(outbox, _MakesRoom(nc, js, stream))
    assert await _ids(js) == []
    assert await relay_once(outbox, Publisher(nc)) == 2
    assert await _ids(js) == ["day:0", "day:1"]


class _MakesRoom(Publisher):
    """After the first publish there is room in the log."""

    def __init__(self, nc: Client, js: JetStreamContext, stream: StreamConfig) -> None:
        super().__init__(nc)
        self._js, self._stream = js, stream

    async def publish(self, rows: Sequence[Row], within: timedelta = ACK_WITHIN, *, as_one: bool = True) -> Answers:
        answers = await super().publish(rows, within, as_one=as_one)
        await self._js.update_stream(self._stream)
        return answers


async def _relaying(outbox: Outbox, nc: Client) -> asyncio.Task[None]:
    return asyncio.create_task(relay_forever(outbox, Publisher(nc), lambda: nc.is_connected))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("woken", [True, False])
async def test_what_is_added_comes_into_the_log(
    js: JetStreamContext, nc: Client, mongo: Mongo, outbox: Outbox, woken: bool
) -> None:
    """At once where the use case wakes the relay; by a sweep where the process that wrote it is gone."""
    task = await _relaying(outbox, nc)
    await _add(mongo, outbox if woken else Outbox(mongo, "/dondoc/tested"), _days(1))
    if woken:
        outbox.wake()

    async def relayed() -> bool:
        return await outbox.count_unpublished() == 0

    await until(relayed, "the row is published")
    await _end(task)
    assert await _ids(js) == ["day:0"]


async def test_without_a_server_rows_wait_and_are_told_once_when_it_is_back(
    js: JetStreamContext, nc: Client, nats_server: Running, mongo: Mongo, outbox: Outbox
) -> None:
    """Down, back, and every event in the log once and in order; nothing is thrown at a connection that isn't there."""
    task = await _relaying(outbox, nc)
    nats_server.child.kill()

    async def lost() -> bool:
        return not nc.is_connected

    await until(lost, "the client has noticed")
    await _add(mongo, outbox, _days(20))
    outbox.wake()
    nats_server.start()

    async def relayed() -> bool:
        return await outbox.count_unpublished() == 0

    await until(relayed, "the rows are published")
    await _end(task)
    assert await _ids(js) == [row.id for row in _days(20)]


async def test_an_error_is_said_and_the_relay_goes_on(
    js: JetStreamContext, nc: Client, mongo: Mongo, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that is missing for a while costs nothing but time."""
    monkeypatch.setattr(relay, "LONGEST_BACKOFF", relay.FIRST_BACKOFF)
    stream = (await js.stream_info(EVENTS)).config
    await js.delete_stream(EVENTS)
    task = await _relaying(outbox, nc)
    await _add(mongo, outbox, _days(1))
    outbox.wake()
    await js.add_stream(stream)

    async def relayed() -> bool:
        return await outbox.count_unpublished() == 0

    await until(relayed, "the row is published")
    await _end(task)
    assert await _ids(js) == ["day:0"]
