"""The bench itself: that it runs, and that nobody in it claims what isn't done."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.bench import lists, reports, web
from tests.bench.contestant import Trouble
from tests.bench.drain import drain
from tests.bench.events import WRONG_ONE_IN, backlog
from tests.bench.house import House, house
from tests.bench.intake import CEILING, CELERY, OURS, TUTORIAL, entries
from tests.bench.ours import DATABASE, Ours
from tests.bench.progress import say
from tests.bench.tables import tables
from tests.unit.reports.sample import sample_report

COUNT = 200
UNHURRIED = timedelta(seconds=120)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def up() -> AsyncIterator[House]:
    async with house() as up:
        yield up


@pytest.mark.asyncio(loop_scope="module")
async def test_everybody_records_all_that_waits(up: House) -> None:
    """Each contestant, the fast ones in two processes, answers every event once and has each in MongoDB."""
    events = backlog(COUNT)
    every = entries(up, peers=True, pairs=True)
    taking_part = [entry for entry in every if entry.processes == 2 or entry.contestant.name in {TUTORIAL, CELERY}]
    for entry in taking_part:
        done = await drain(entry.contestant, up, events, entry.processes, UNHURRIED)
        assert (done.events, done.receipts, done.recorded) == (COUNT, COUNT, COUNT), entry.contestant.name
        assert done.cpu > 0
    assert {entry.contestant.name for entry in taking_part} >= {CEILING, OURS, TUTORIAL}


@pytest.mark.asyncio(loop_scope="module")
async def test_who_claims_too_much_is_found_out(up: House) -> None:
    """A contestant that answers more than it recorded is no contestant; ours refuses just the wrong events."""
    refused = []

    class Boaster(Ours):
        async def recorded(self) -> int:
            refused.append(up.mongo[DATABASE]["rejections"].count_documents({}))
            return COUNT - 1

    with pytest.raises(Trouble, match=f"{COUNT} receipts, {COUNT - 1} records of {COUNT} events"):
        await drain(Boaster(up), up, backlog(COUNT), 1, UNHURRIED)
    assert refused == [COUNT // WRONG_ONE_IN]


@pytest.mark.asyncio(loop_scope="module")
async def test_what_comes_over_http_is_recorded_and_measured(up: House) -> None:
    """Single posts, batches and lists: each measurement ends in trouble where not everything is recorded once."""
    part = await web.measure(up, COUNT, 20, 1, say)
    assert [row["name"] for row in part["rows"]] == [web.STREAM, web.BATCHES, *[web.BARE, web.SINGLE] * 2]
    assert all(row["per_second"] > 0 for row in part["rows"])
    listed = await lists.measure(up, COUNT, 1, say)
    assert [row["name"] for row in listed["rows"]] == [lists.READING, lists.XLSX, lists.CSV]
    shown = tables({"web": part, "lists": listed})
    assert [(table.rows[0][0], len(table.rows)) for table in shown[:2]] == [(web.STREAM, 6), (lists.READING, 3)]


@pytest.mark.asyncio(loop_scope="module")
async def test_posts_that_are_refused_are_no_figure(up: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that nobody knows: the measurement says what was answered instead of how fast."""

    async def unknown(*_: object) -> None:
        """The token is not kept."""

    monkeypatch.setattr(web.Credentials, "add", unknown)
    with pytest.raises(Trouble, match=r"answers \{'401'"):
        await web.measure(up, COUNT, 20, 1, say)


def test_the_figures_are_shown_beside_each_other() -> None:
    """Each row says how it stands to the ceiling, and goals that are missed say so."""
    ceiling, ours, tutorial = (_row(name, speed) for name, speed in ((CEILING, 1000), (OURS, 500), (TUTORIAL, 40)))
    part = {"events": 9, "bytes": 600, "repeat": 1, "missing": [CELERY], "rows": [ceiling, ours, tutorial]}
    intake, wanted = tables({"intake": part})
    assert [row[4] for row in intake.rows] == ["1.00", "0.50", "0.04", ""]
    assert intake.rows[-1][:2] == (CELERY, "not measured: no redis-server")
    assert [row[2:] for row in wanted.rows] == [("0.50", "no"), ("12.50", "yes")]
    assert f"| {OURS} | 1 | 500 |" in intake.markdown()


def _row(name: str, speed: int) -> dict[str, Any]:
    figures = {"per_second": speed, "lowest": speed, "highest": speed, "cpu_micros": 1.0, "server_cpu_micros": 1.0}
    return {"name": name, "processes": 1, **figures}


@pytest.mark.asyncio(loop_scope="module")
async def test_reports_are_measured_and_count_what_duckdb_counts(up: House) -> None:
    """Every format in a service of its own; the measurement ends in trouble where the report and the scan differ."""
    part = await reports.measure(up, (3,), COUNT, say)
    (row,) = part["rows"]
    assert {name for name, one in row["formats"].items() if one["ms"] > 0 and one["peak_mib"] > 0} == {
        *reports.FORMATS,
        reports.CHANGED,
        reports.DUCK,
    }
    assert [rate["outputs"] for rate in part["rates"]] == [COUNT, COUNT]
    shown, taken_in = tables({"reports": part})[:2]
    assert [line[2] for line in shown.rows] == [*reports.FORMATS, reports.CHANGED, reports.DUCK]
    assert [line[1] for line in taken_in.rows] == ["a year", "one occurrence, one day"]


def test_a_report_that_counts_otherwise_than_duckdb_is_no_figure() -> None:
    """One output more by an agency is named."""
    report = sample_report()
    pairs = {f"{line.agency}/{line.duty}": line.outputs for line in report.pairs if line.outputs}
    with pytest.raises(Trouble, match="count pairs otherwise"):
        reports.agree(report, {"pairs": {**pairs, "bao/V.7": 99}, "channels": {}, "months": {}})
