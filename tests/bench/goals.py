"""What the figures should be; nothing fails where they are not."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.bench.intake import CEILING, OURS, TUTORIAL
from tests.bench.lists import READING
from tests.bench.lists import XLSX as XLSX_LIST
from tests.bench.reports import AGENCIES, CHANGED
from tests.bench.starting import BARE, UP
from tests.bench.web import BARE as BARE_ROUTE
from tests.bench.web import BATCHES, BATCHES_AT_ONCE, SINGLE, SINGLES_AT_ONCE, STREAM

# As shares of, or times, what is measured in the same run; times in seconds, memory in MiB.
OF_THE_CEILING = 0.6
TIMES_THE_TUTORIAL = 10
TWO_PROCESSES = 1.6
LATENCY_MS = 20
OF_THE_STREAM = 0.8
OF_THE_BARE_ROUTE = 0.25
TIMES_THE_READING = 10
OF_THE_BARE_POOL = 0.5
PROVINCE_JSON_MS = 50
SERVICE_READY_S = 3
SERVICE_REST_MIB = 120
UP_READY_S = 6
FLAT = 1.25

Goal = tuple[str, str, str, bool | None]


def goals(found: dict[str, Any]) -> list[Goal]:
    """What is wanted, the goal, the figure, and whether it is reached (None: no goal); of what was measured."""
    parts: dict[str, Callable[[Any], Iterator[Goal]]] = {
        "intake": _intake,
        "latency": _latency,
        "web": _web,
        "lists": _lists,
        "mails": _mails,
        "reports": _reports,
        "memory": _memory,
        "start": _start,
    }
    return [goal for name, judge in parts.items() if name in found for goal in judge(found[name])]


def _intake(part: Any) -> Iterator[Goal]:
    speed = {(row["name"], row["processes"]): row["per_second"] for row in part["rows"]}
    share = speed[OURS, 1] / speed[CEILING, 1]
    yield _at_least("one process, of the ceiling", share, OF_THE_CEILING)
    if (TUTORIAL, 1) in speed:
        yield _at_least("one process, times the tutorial", speed[OURS, 1] / speed[TUTORIAL, 1], TIMES_THE_TUTORIAL)
    if (OURS, 2) in speed:
        yield _at_least("two processes, times one", speed[OURS, 2] / speed[OURS, 1], TWO_PROCESSES)
        scaling = f"{speed[CEILING, 2] / speed[CEILING, 1]:.2f}"
        yield "the ceiling's two, times its one", "", scaling, None


def _latency(part: Any) -> Iterator[Goal]:
    (ours,) = (row for row in part["rows"] if row["name"] == OURS)
    yield _below("event to receipt, median, ms", ours["median_ms"], LATENCY_MS)


def _web(part: Any) -> Iterator[Goal]:
    speed = {(row["name"], row["at_once"]): row["per_second"] for row in part["rows"]}
    yield _at_least("HTTP in batches, of the stream", speed[BATCHES, BATCHES_AT_ONCE] / speed[STREAM, 0], OF_THE_STREAM)
    share = speed[SINGLE, SINGLES_AT_ONCE] / speed[BARE_ROUTE, SINGLES_AT_ONCE]
    yield _at_least("HTTP single, of the bare route", share, OF_THE_BARE_ROUTE)


def _lists(part: Any) -> Iterator[Goal]:
    """Of a workbook's whole way."""
    seconds = {row["name"]: row["seconds"] for row in part["rows"]}
    yield _below("a list as XLSX, times its bare reading", seconds[XLSX_LIST] / seconds[READING], TIMES_THE_READING)


def _mails(part: Any) -> Iterator[Goal]:
    bare, *ours = part["rows"]
    for row in ours:
        share = row["per_second"] / bare["per_second"]
        yield _at_least(f"mails by {row['processes']} notifier(s), of the bare pool", share, OF_THE_BARE_POOL)


def _reports(part: Any) -> Iterator[Goal]:
    """Of one province, however many outputs; and a batch costs the same, however many came before."""
    for row in part["rows"]:
        if row["agencies"] == min(AGENCIES):
            what = f"JSON of {row['agencies']} agencies, {row['outputs']:,} outputs, ms in the service"
            yield _below(what, row["formats"]["json"]["ms"], PROVINCE_JSON_MS)
            yield _below(f"{what}, figures changed", row["formats"][CHANGED]["ms"], PROVINCE_JSON_MS)
    for row in part["rates"]:
        what = f"taken in by {row['agencies']:,} agencies, {row['name']}, the last of the first"
        yield _at_least(what, row["last"] / row["first"], 1 / FLAT)


def _memory(part: Any) -> Iterator[Goal]:
    """Flat: what the last nine tenths add to the first, when batches and connections have found their size."""
    samples = part["samples_mib"]
    settled = max(samples[: max(1, len(samples) // 10)])
    yield _below(f"memory with {part['events']:,} waiting, times its first tenth", part["max_mib"] / settled, FLAT)


def _start(part: Any) -> Iterator[Goal]:
    for row in part["rows"]:
        if row["name"] == UP:
            yield _below("dondoc up, ready, s", row["ready_s"], UP_READY_S)
        elif row["name"] != BARE:
            yield _below(f"{row['name']}, ready, s", row["ready_s"], SERVICE_READY_S)
            yield _below(f"{row['name']}, at rest, MiB", row["rest_mib"], SERVICE_REST_MIB)


def _at_least(what: str, figure: float, goal: float) -> Goal:
    return what, f"≥ {goal}", f"{figure:.2f}", figure >= goal


def _below(what: str, figure: float, goal: float) -> Goal:
    return what, f"< {goal}", f"{figure:.2f}", figure < goal
