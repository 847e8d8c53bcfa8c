"""The outbox: what happened and that it is told are one commit."""

import json
from datetime import date

import pytest

from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.envelope import parse
from shared.mongo import BulkWriteError, Mongo, Session
from shared.outbox import LARGEST, Note, Outbox, Row, Stamped
from shared.outcomes import Rejected
from tests.integration.log import day

FIRST, SECOND = Stamped("day:1", day("2026-02-01")), Stamped("day:2", day("2026-02-02"), {"X-Nature": "sample"})


class Wide(CalendarDay):
    """An event of any size."""

    text: str


@pytest.fixture
async def outbox(mongo: Mongo) -> Outbox:
    outbox = Outbox(mongo, "/dondoc/tested")
    await outbox.ensure_indexes()
    return outbox


async def _add(mongo: Mongo, outbox: Outbox, *events: Stamped) -> None:
    await mongo.transact(lambda session: outbox.add(events, session))


async def _rows(outbox: Outbox) -> list[Row]:
    return [row async for row in outbox.all_rows()]


async def test_a_row_holds_what_will_be_published(mongo: Mongo, outbox: Outbox) -> None:
    """Subject, headers, and the bytes of a CloudEvent that names its source and its id."""
    await _add(mongo, outbox, SECOND)
    (row,) = await _rows(outbox)
    assert (row.id, row.subject, row.headers) == ("day:2", "dondoc.calendar.day.2026-02-02", {"X-Nature": "sample"})
    envelope = parse(row.body)
    assert (envelope.id, envelope.source, envelope.data) == ("day:2", "/dondoc/tested", {"date": "2026-02-02"})


async def test_rows_come_in_the_order_in_which_they_were_added(mongo: Mongo, outbox: Outbox) -> None:
    """Within a call, across calls, and across restarts of the process."""
    ids = [f"e{n}" for n in range(50)]
    await _add(mongo, outbox, *(Stamped(id_, FIRST.event) for id_ in ids[:20]))
    await _add(mongo, outbox, *(Stamped(id_, FIRST.event) for id_ in ids[20:30]))
    await _add(mongo, Outbox(mongo, "/dondoc/tested"), *(Stamped(id_, FIRST.event) for id_ in ids[30:]))
    assert [row.id for row in await _rows(outbox)] == ids
    notes = await outbox.notes()
    assert [row.id for note in notes for row in await _rows_of(outbox, note)] == ids
    assert [note.size for note in notes] == [20, 10, 20]


async def _rows_of(outbox: Outbox, note: Note) -> list[Row]:
    return [row async for row in outbox.rows_of(note)]


async def test_rows_in_hand_are_the_rows_that_are_stored(mongo: Mongo, outbox: Outbox) -> None:
    """The process that wrote them doesn't read them back, and publishes the same."""
    await _add(mongo, outbox, FIRST, SECOND)
    (note,) = await outbox.notes()
    in_hand, stored = await _rows_of(outbox, note), await _rows_of(outbox, note)
    assert in_hand == stored == await _rows(outbox)


async def test_an_aborted_transaction_leaves_no_event(mongo: Mongo, outbox: Outbox) -> None:
    """What didn't happen isn't told."""

    async def fail(session: Session) -> None:
        await outbox.add([FIRST], session)
        raise Rejected("no")

    with pytest.raises(Rejected):
        await mongo.transact(fail)
    assert await _rows(outbox) == []
    assert await outbox.notes() == []


async def test_the_same_event_twice_aborts_the_second_transaction(mongo: Mongo, outbox: Outbox) -> None:
    """All of it: the neighbour of a repeat isn't told either, and the first telling stays."""
    await _add(mongo, outbox, FIRST)
    with pytest.raises(BulkWriteError):
        await _add(mongo, outbox, SECOND, FIRST)
    assert [row.id for row in await _rows(outbox)] == ["day:1"]


async def test_known_tells_which_events_are_there(mongo: Mongo, outbox: Outbox) -> None:
    """Published or not."""
    await _add(mongo, outbox, FIRST)
    await _add(mongo, outbox, SECOND)
    await outbox.mark_published((await outbox.notes())[0])
    assert await outbox.known(["day:1", "day:2", "day:3"]) == {"day:1", "day:2"}


async def test_published_rows_stay_as_the_services_own_log(mongo: Mongo, outbox: Outbox) -> None:
    """They are no longer unpublished, and still there to refill a wiped stream."""
    await _add(mongo, outbox, FIRST)
    await _add(mongo, outbox, SECOND)
    first, second = await outbox.notes()
    await outbox.mark_published(first)
    assert await outbox.notes() == [second]
    assert await outbox.count_unpublished() == 1
    assert [row.id for row in await _rows(outbox)] == ["day:1", "day:2"]


async def test_a_note_can_name_some_of_its_rows(mongo: Mongo, outbox: Outbox) -> None:
    """Where the log refused one row of a batch just that one is left to do."""
    await _add(mongo, outbox, FIRST, SECOND)
    (note,) = await outbox.notes()
    await outbox.mark_left(note, [1])
    (left,) = await outbox.notes()
    assert [row.id for row in await _rows_of(outbox, left)] == ["day:2"]
    assert left.size == await outbox.count_unpublished() == 1


async def test_adding_nothing_is_nothing(mongo: Mongo, outbox: Outbox) -> None:
    """A use case that changed nothing has nothing to tell."""
    await _add(mongo, outbox)
    assert await _rows(outbox) == []


async def test_waking_sets_what_the_relay_waits_for(outbox: Outbox) -> None:
    """So that an event is in the log within a moment of its commit."""
    assert not outbox.added.is_set()
    outbox.wake()
    assert outbox.added.is_set()


def _of_size(size: int) -> Event:
    empty = Wide(date=date(2026, 2, 1), text="")
    return Wide(date=date(2026, 2, 1), text="x" * (size - len(json.dumps(empty.model_dump(mode="json")))))


async def test_an_event_too_large_for_the_log_is_refused_when_it_is_written(mongo: Mongo, outbox: Outbox) -> None:
    """In the outbox it would hold up everything that comes after it, for ever."""
    with pytest.raises(Rejected, match=rf"the event wide takes \d+ bytes; the log carries {LARGEST} at most"):
        await _add(mongo, outbox, FIRST, Stamped("wide", _of_size(LARGEST)))
    assert await _rows(outbox) == []
    await _add(mongo, outbox, Stamped("wide", _of_size(LARGEST - 500)))
    assert len((await _rows(outbox))[0].body) <= LARGEST
