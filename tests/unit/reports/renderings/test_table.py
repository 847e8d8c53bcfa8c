"""Cells as documents print them, whatever their type."""

from datetime import date
from fractions import Fraction

import pytest

from services.reports.renderings.table import COUNT_COLUMNS, COUNT_NOTE, Cell, Change, Column, Table, count_cells, text
from shared.contracts.report import Counts


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("=1+1", "=1+1"),
        (1234, "1.234"),
        (4.5, "4,5"),
        (date(2023, 2, 9), "09/02/2023"),
        (Fraction(2, 3), "66,7%"),
        (Change(1200), "+1.200"),
        (Change(-3), "−3"),
        (Change(0), "0"),
        (Change(-45, tenths=True), "−4,5"),
    ],
)
def test_each_type_has_its_form(cell: Cell, shown: str) -> None:
    """Numbers, days and rates in the Vietnamese manner, text as it is."""
    assert text(cell) == shown


def test_counts_fill_their_columns() -> None:
    """Seven figures in the contract's order and a rate; a dash where nothing is owed."""
    counts = Counts(expected=12, expected_to_date=10, met=8, met_late=1, overdue=1, excused=1, open=1)
    assert count_cells(counts) == (12, 10, 8, 1, 1, 1, 1, Fraction(9, 11))
    assert count_cells(Counts())[-1] == "–"
    assert len(count_cells(counts)) == len(COUNT_COLUMNS)


def test_the_note_explains_the_columns_in_their_own_words() -> None:
    """Every head that the counts have is named in the note under them."""
    assert [column.label for column in COUNT_COLUMNS if column.label.lower() not in COUNT_NOTE.lower()] == []


@pytest.mark.parametrize(
    ("rows", "letters", "short", "tall"),
    [(0, 1, True, False), (16, 5, True, False), (17, 5, False, False), (3, 900, False, False), (1, 5000, False, True)],
)
def test_a_table_is_short_by_its_lines_and_tall_by_its_highest_row(
    rows: int, letters: int, short: bool, tall: bool
) -> None:
    """A page doesn't part a short one, and has to part a row that no page would hold."""
    table = Table("x", "x", (Column("A", 10), Column("B", 10)), (("", "x" * letters),) * rows)
    assert (table.short, table.tall) == (short, tall)
