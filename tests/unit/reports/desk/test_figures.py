"""What the desk shows at a glance is the report's own figures, arranged otherwise."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.reports.desk.figures import Cell, Level, bars, heat_rows, overdue
from services.reports.rules import owed
from shared.contracts.ledger import State
from shared.contracts.report import Counts
from tests.unit.reports.sample import sample_report

REPORT = sample_report()
NUMBER = st.integers(0, 10_000)


def test_a_row_sums_up_to_what_the_plan_numbers_of_its_agency() -> None:
    """Whatever month an occurrence ends in, it is in one cell and no other row; what the plan implies is in none."""
    rows, count = heat_rows(REPORT, 0, 100)
    assert [row.agency.id for row in rows] == [line.id for line in REPORT.agencies if line.totals.explicit.expected]
    assert count == len(rows)
    for row in rows:
        assert sum((cell.counts for cell in row.cells), Counts()) == row.agency.totals.explicit
    assert any(line.totals.implied.expected for line in REPORT.agencies)


def test_rows_come_by_the_page() -> None:
    """Page by page they are the whole."""
    whole, count = heat_rows(REPORT, 0, 100)
    pages = [row for first in range(0, count, 2) for row in heat_rows(REPORT, first, 2)[0]]
    assert pages == whole
    assert heat_rows(REPORT, count, 2) == ([], count)


def test_a_cell_shows_the_worst() -> None:
    """Overdue before open before late before done; nothing at all is no level."""
    rows, _ = heat_rows(REPORT, 0, 100)
    for cell in (cell for row in rows for cell in row.cells):
        counts = cell.counts
        worst = [
            level
            for level, number in (
                (Level.OVERDUE, counts.overdue),
                (Level.OPEN, counts.open),
                (Level.LATE, counts.met_late),
                (Level.DONE, counts.met),
                (Level.EXCUSED, counts.excused),
            )
            if number
        ]
        assert cell.level == (worst[0] if worst else None)
        assert (cell.done, cell.owed) == (counts.met + counts.met_late, counts.expected - counts.excused)
    assert {cell.level for row in rows for cell in row.cells} == {*Level}
    assert Cell("2023-01", Counts()).level is None


def test_overdue_is_the_longest_first() -> None:
    """All that the report counts as overdue, and nothing else."""
    late = overdue(REPORT)
    assert [line.state for line in late] == [State.OVERDUE] * REPORT.totals.explicit.overdue
    assert late == sorted(late, key=lambda line: line.register_by)


@given(met=NUMBER, late=NUMBER, overdue=NUMBER, open_=NUMBER, excused=NUMBER)
def test_a_bar_is_filled_by_what_is_owed(met: int, late: int, overdue: int, open_: int, excused: int) -> None:
    """Its parts lie side by side and fill it, whatever was excused; where nothing is owed there are none."""
    expected = met + late + overdue + open_ + excused
    counts = Counts(expected=expected, met=met, met_late=late, overdue=overdue, open=open_, excused=excused)
    parts = list(bars(counts))
    assert abs(sum(part.width for part in parts) - (100 if owed(counts) else 0)) < 0.1
    for before, after in pairwise(parts):
        assert abs(before.start + before.width - after.start) < 0.1
