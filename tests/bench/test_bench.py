"""The bench itself: that it runs, and that nobody in it claims what isn't done."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.bench.drain import drain
from tests.bench.events import backlog
from tests.bench.goals import goals
from tests.bench.house import House, house
from tests.bench.intake import entries, rows
from tests.bench.tables import tables

COUNT = 300
UNHURRIED = timedelta(seconds=120)


@pytest.fixture
async def up() -> AsyncIterator[House]:
    async with house() as up:
        yield up


async def test_everybody_records_all_that_waits(up: House) -> None:
    """Each contestant, also in two processes, answers every event once and has each in MongoDB; then it is shown."""
    events = backlog(COUNT)
    taking_part = entries(up, peers=True, pairs=True)
    for entry in taking_part:
        done = await drain(entry.contestant, up, events, entry.processes, UNHURRIED)
        assert (done.events, done.receipts, done.recorded) == (COUNT, COUNT, COUNT), entry.contestant.name
        assert done.cpu > 0
        entry.turns.append(done)
    part = {"events": COUNT, "bytes": 600, "repeat": 1, "missing": [], "rows": list(rows(taking_part))}
    found = {"intake": part}
    shown = tables(found)[0]
    assert [row[0] for row in shown.rows] == [entry.contestant.name for entry in taking_part]
    assert {goal[0] for goal in goals(found)} >= {"one process, of the ceiling", "two processes, times one"}
