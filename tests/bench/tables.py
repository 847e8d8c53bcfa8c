"""The figures as tables."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.bench.goals import goals
from tests.bench.intake import CEILING
from tests.bench.reports import CHANGED, DUCK, FORMATS
from tests.bench.starting import BARE
from tests.bench.table import Table

BARS = "▁▂▃▄▅▆▇█"
LINE_WIDTH = 60


def tables(found: dict[str, Any]) -> list[Table]:
    """One for each part that was measured, and one of goals."""
    parts: list[tuple[str, Callable[[Any], Table]]] = [
        ("intake", _intake),
        ("latency", _latency),
        ("web", _web),
        ("lists", _lists),
        ("mails", _mails),
        ("reports", _reports),
        ("reports", _taken_in),
        ("memory", _memory),
        ("start", _start),
        ("shares", _shares),
    ]
    drawn = [draw(found[name]) for name, draw in parts if name in found]
    return [*drawn, _goals(found)] if goals(found) else drawn


def _intake(part: Any) -> Table:
    rows = part["rows"]
    base = next(row for row in rows if row["name"] == CEILING and row["processes"] == 1)
    title = f"Intake: {part['events']:,} waiting events of {part['bytes']} bytes, median of {part['repeat']}"
    heads = ("", "processes", "events/s", "from – to", "of the ceiling", "CPU, µs/event", "× ceiling", "servers' CPU")
    table = Table(title, heads)
    for row in rows:
        table.rows.append(
            (
                row["name"],
                str(row["processes"]),
                f"{row['per_second']:,}",
                f"{row['lowest']:,} – {row['highest']:,}",
                _ratio(row["per_second"], base["per_second"]),
                f"{row['cpu_micros']:,.0f}",
                _ratio(row["cpu_micros"], base["cpu_micros"]),
                f"{row['server_cpu_micros']:,.0f}",
            )
        )
    table.rows.extend((name, "not measured: no redis-server", *[""] * 6) for name in part["missing"])
    return table


def _latency(part: Any) -> Table:
    base = part["rows"][0]["median_ms"]
    table = Table(
        f"Latency: one event to its receipt, {part['events']} of each", ("", "median, ms", "p99, ms", "× ceiling")
    )
    for row in part["rows"]:
        figures = (f"{row['median_ms']:.1f}", f"{row['p99_ms']:.1f}", _ratio(row["median_ms"], base))
        table.rows.append((row["name"], *figures))
    return table


def _web(part: Any) -> Table:
    title = f"HTTP: {part['events']:,} events of {part['bytes']} bytes of one agency, {part['single']:,} of them single"
    heads = ("", "connections", "events/s", "of the one above", "CPU, µs/event", "request: median, ms", "p99, ms")
    table = Table(f"{title}, median of {part['repeat']}", heads)
    bases = (part["rows"][number // 2 * 2] for number in range(len(part["rows"])))  # they stand in pairs
    for row, base in zip(part["rows"], bases, strict=True):
        requests = tuple("" if row[name] is None else f"{row[name]:.1f}" for name in ("median_ms", "p99_ms"))
        ratio = _ratio(row["per_second"], base["per_second"])
        figures = (f"{row['per_second']:,}", ratio, f"{row['cpu_micros']:,.0f}", *requests)
        table.rows.append((row["name"], str(row["at_once"] or ""), *figures))
    return table


def _lists(part: Any) -> Table:
    title = f"Lists: {part['rows_each']:,} rows by `POST /v1/imports`, median of {part['repeat']}"
    base = part["rows"][0]["seconds"]
    table = Table(title, ("", "rows/s", "s", "× bare reading"))
    for row in part["rows"]:
        speed = f"{part['rows_each'] / row['seconds']:,.0f}"
        table.rows.append((row["name"], speed, f"{row['seconds']:.2f}", _ratio(row["seconds"], base)))
    return table


def _mails(part: Any) -> Table:
    title = f"Mails: {part['mails']:,} digests of {part['bytes']:,} bytes on one morning, median of {part['repeat']}"
    base = part["rows"][0]["per_second"]
    table = Table(title, ("", "processes", "mails/s", "of the bare pool", "CPU, µs/mail"))
    for row in part["rows"]:
        figures = (f"{row['per_second']:,}", _ratio(row["per_second"], base), f"{row['cpu_micros']:,}")
        table.rows.append((row["name"], str(row["processes"]), *figures))
    return table


def _reports(part: Any) -> Table:
    heads = ("agencies", "outputs", "", "ms in the service", "× DuckDB's scan", "CPU, ms", "peak, MiB", "KiB")
    table = Table("Reports: time in the service and its peak memory, DuckDB's scan in a process of its own", heads)
    for row in part["rows"]:
        base = row["formats"][DUCK]
        size = (f"{row['agencies']:,}", f"{row['outputs']:,}")
        for name in (*FORMATS, CHANGED, DUCK):
            one = row["formats"][name]
            if "failed" in one:
                figures = (f"failed: {one['failed'][:60]}", "", "", f"{one['peak_mib']:,}", "")
            else:
                kept = tuple(f"{one[key]:,}" if key in one else "" for key in ("cpu_ms", "peak_mib", "kib"))
                figures = (f"{one['ms']:,.1f}", _ratio(one["ms"], base["ms"]), *kept)
            table.rows.append((*size, name, *figures))
    return table


def _taken_in(part: Any) -> Table:
    heads = ("agencies", "", "outputs", "the first, events/s", "the last, events/s", "all, events/s")
    table = Table("Reports: outputs taken into the view, in batches of 500", heads)
    for row in part["rates"]:
        rates = tuple(f"{row[name]:,}" for name in ("first", "last", "all"))
        table.rows.append((f"{row['agencies']:,}", row["name"], f"{row['outputs']:,}", *rates))
    return table


def _memory(part: Any) -> Table:
    title = f"Memory of submissions while {part['events']:,} waiting events are drained, MiB"
    table = Table(title, ("at rest", "max", "end", "from the first to the last"))
    table.rows.append((*(f"{part[f'{name}_mib']:.0f}" for name in ("rest", "max", "end")), _line(part["samples_mib"])))
    return table


def _start(part: Any) -> Table:
    base = next(row for row in part["rows"] if row["name"] == BARE)
    heads = ("", "ready, s", "× bare", "CPU until then, s", "× bare", "at rest, MiB", "× bare")
    table = Table(f"Start and rest, median of {part['repeat']}", heads)
    for row in part["rows"]:
        figures: list[str] = []
        for name, digits in (("ready_s", 2), ("cpu_s", 2), ("rest_mib", 0)):
            known = row[name] is not None
            figures += (f"{row[name]:.{digits}f}", _ratio(row[name], base[name])) if known else ("", "")
        table.rows.append((row["name"], *figures))
    return table


def _shares(part: Any) -> Table:
    table = Table(f"CPU time of submissions while {part['events']:,} waiting events are drained", ("", "share"))
    table.rows.extend((row["name"], f"{row['share']:.0%}") for row in part["rows"])
    return table


def _goals(found: dict[str, Any]) -> Table:
    table = Table("Goals", ("", "goal", "measured", "reached"))
    shown = {True: "yes", False: "no", None: ""}
    table.rows.extend((what, goal, figure, shown[reached]) for what, goal, figure, reached in goals(found))
    return table


def _line(samples: Sequence[float]) -> str:
    """The samples as bars from nothing to the highest, so that flat looks flat."""
    every = max(1, len(samples) // LINE_WIDTH)
    highest = max(samples)
    shown = [max(samples[n : n + every]) for n in range(0, len(samples), every)]
    return "".join(BARS[round(sample / highest * (len(BARS) - 1))] for sample in shown)


def _ratio(figure: float, base: float) -> str:
    found = figure / base
    return f"{found:.2f}" if found < 10 else f"{found:.0f}"
