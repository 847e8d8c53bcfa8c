"""The tables of figures: explicit and implied apart, and nothing counted for what isn't counted."""

from services.reports.renderings import summaries
from services.reports.renderings.table import Table
from shared.contracts.plan import Count
from tests.unit.reports.sample import sample_report


def figures(table: Table, lead: int) -> list[int]:
    """The seven figures, added up over the rows that have them."""
    rows = [row[lead : lead + 7] for row in table.rows if row[lead] != "–"]
    return [sum(int(str(row[n])) for row in rows) for n in range(7)]


def test_months_add_up_to_the_totals_of_their_group() -> None:
    """Each of the two tables to its own row of the totals."""
    totals = summaries.totals(sample_report())
    for row, count in zip(totals.rows, (Count.EXPLICIT, Count.IMPLIED), strict=True):
        assert figures(summaries.months(sample_report(), count), 1) == list(row[1:8])


def test_duties_and_agencies_hold_the_same_figures() -> None:
    """Added up over both groups they agree."""
    report = sample_report()
    assert figures(summaries.duties(report), 3) == figures(summaries.agencies(report), 3)


def test_an_agency_in_both_groups_has_a_row_for_each() -> None:
    """Under one number, with its outputs written once."""
    table = summaries.agencies(sample_report())
    outputs = [row[-1] for row in table.rows if row[-1] is not None]
    assert sum(int(str(cell)) for cell in outputs) == sum(line.outputs for line in sample_report().agencies)
    assert len({row[0] for row in table.rows}) == len(outputs)


def test_who_neither_owes_nor_produced_is_left_out() -> None:
    """The recipient of the report has no row."""
    names = {row[1] for row in summaries.agencies(sample_report()).rows}
    assert "Ủy ban nhân dân tỉnh Mẫu" not in names
    assert "Sở Nội vụ" in names
