"""The figures as tables: on a terminal, or as Markdown to paste into docs/performance.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from tests.bench.intake import CEILING

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`rows` are as wide as `heads`; all but the first column are figures."""

    title: str
    heads: Row
    rows: list[Row] = field(default_factory=list)

    def show(self, console: Console) -> None:
        grid = Grid(title=self.title, title_justify="left", title_style="bold")
        for number, head in enumerate(self.heads):
            grid.add_column(head, justify="right" if number else "left")
        for row in self.rows:
            grid.add_row(*row)
        console.print(grid)

    def markdown(self) -> str:
        lines = [self.heads, ("---",) + ("--:",) * (len(self.heads) - 1), *self.rows]
        return f"**{self.title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def intake_table(found: dict[str, Any]) -> Table:
    rows = found["rows"]
    base = next(row for row in rows if row["name"] == CEILING and row["processes"] == 1)
    title = f"Intake: {found['events']:,} waiting events of {found['bytes']} bytes, median of {found['repeat']}"
    heads = (
        "",
        "processes",
        "events/s",
        "(from – to)",
        "of the ceiling",
        "CPU, µs/event",
        "× ceiling",
        "servers' CPU",
    )
    table = Table(title, heads)
    for row in rows:
        table.rows.append(
            (
                row["name"],
                str(row["processes"]),
                f"{row['per_second']:,}",
                f"{row['lowest']:,} – {row['highest']:,}",
                ratio(row["per_second"], base["per_second"]),
                f"{row['cpu_micros']:,.0f}",
                ratio(row["cpu_micros"], base["cpu_micros"]),
                f"{row['server_cpu_micros']:,.0f}",
            )
        )
    table.rows.extend((name, "not measured: no redis-server", *[""] * 6) for name in found.get("missing", ()))
    return table


def ratio(figure: float, base: float) -> str:
    found = figure / base
    return f"{found:.2f}" if found < 10 else f"{found:.0f}"


def show(tables: Sequence[Table]) -> None:
    console = Console(width=120)
    for table in tables:
        table.show(console)
