"""What the desk shows of a report at a glance: agency by month, and month by month. Pure.

As in the charts of the documents, what the plan implies is never added to what it numbers.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.reports.counted import counts_of
from services.reports.rules import done, owed
from shared.contracts.ledger import State
from shared.contracts.plan import Count
from shared.contracts.report import AgencyLine, ConsolidatedReport, Counts, OccurrenceLine


class Level(StrEnum):
    """What matters most of some occurrences: the worst that holds for one of them."""

    OVERDUE = "overdue"
    LATE = "late"
    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Cell:
    """An agency's numbered occurrences whose period ends in the month; `level` is None where there are none."""

    month: str
    counts: Counts

    @property
    def level(self) -> Level | None:
        if self.counts.overdue:
            return Level.OVERDUE
        if self.counts.open:
            return Level.OPEN
        if self.counts.met_late:
            return Level.LATE
        if self.counts.met:
            return Level.DONE
        return Level.EXCUSED if self.counts.excused else None

    @property
    def done(self) -> int:
        return done(self.counts)

    @property
    def owed(self) -> int:
        return owed(self.counts)


@dataclass(frozen=True)
class HeatRow:
    agency: AgencyLine
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Bar:
    """A part of a month's bar: `name` of Counts, from `start` and so wide, in hundredths of all that is owed."""

    name: str
    start: float
    width: float


def heat_rows(report: ConsolidatedReport, first: int, most: int) -> tuple[list[HeatRow], int]:
    """A row for each agency of which the plan numbers anything, in the plan's order, from that one on; and how many
    there are.

    A joint occurrence counts under the agency that it stands under.
    """
    rows = [line for line in report.agencies if line.totals.explicit.expected]
    shown = rows[first : first + most]
    wanted = {line.id for line in shown}
    ending: dict[tuple[str, str], list[OccurrenceLine]] = defaultdict(list)
    for occurrence in report.occurrences:
        if occurrence.agency in wanted and occurrence.count is not Count.IMPLIED:
            ending[occurrence.agency, occurrence.month].append(occurrence)
    months = [line.month for line in report.months]
    made = [
        HeatRow(line, tuple(Cell(month, counts_of(ending[line.id, month], report.as_of)) for month in months))
        for line in shown
    ]
    return made, len(rows)


def overdue(report: ConsolidatedReport) -> list[OccurrenceLine]:
    """What is overdue, the longest first."""
    late = (line for line in report.occurrences if line.state is State.OVERDUE)
    return sorted(late, key=lambda line: line.register_by)


def bars(counts: Counts) -> Iterator[Bar]:
    """Done in time, done late, overdue, still open: side by side, all that is owed being 100 wide."""
    start = 0.0
    for name in ("met", "met_late", "overdue", "open"):
        width = round(100 * getattr(counts, name) / owed(counts), 2) if owed(counts) else 0.0
        if width:
            yield Bar(name, round(start, 2), width)
        start += width
