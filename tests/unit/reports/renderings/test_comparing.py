"""Figures beside another report's: what has no counterpart, and what is less."""

from services.reports.compare import comparison_of
from services.reports.renderings import comparing
from services.reports.renderings.table import Cell, Change, Table, text
from tests.unit.reports.renderings.complete import EARLIER, complete_report, year_before
from tests.unit.reports.sample import sample_report


def only(tables: object) -> Table:
    """The one table."""
    [table] = tables  # type: ignore[misc]
    assert isinstance(table, Table)
    return table


def row(table: Table, first: str) -> list[str]:
    """The row that begins so, as it is printed."""
    found: tuple[Cell, ...] = next(row for row in table.rows if row[0] == first)
    return [text(cell) for cell in found]


def test_nothing_is_compared_without_another_report() -> None:
    """No table."""
    assert [*comparing.totals(sample_report()), *comparing.duties(sample_report())] == []


def test_a_duty_without_a_counterpart_has_dashes() -> None:
    """It has nothing to be more or less than; one that there is no more is named in the note."""
    table = only(comparing.duties(complete_report(year_before())))
    assert row(table, "III.2")[2:] == ["–", "–", "–", "–", "–", "–", "11", "–", "–"]
    assert "Nhiệm vụ chỉ có trong kỳ so sánh: IX.9." in table.note
    assert "Kỳ so sánh: số liệu tính đến ngày 29/11/2022 của Kế hoạch năm 2022." in table.note


def test_less_has_its_sign_and_no_rate_has_no_change() -> None:
    """Read from the earlier day, all that was done since is missing."""
    earlier, later = sample_report(EARLIER), sample_report()
    table = only(comparing.totals(earlier.model_copy(update={"comparison": comparison_of(later)})))
    assert [text(cell) for cell in table.rows[2][2:]] == ["0", "−38", "−27", "−5", "−2", "0", "+34", "−35,1"]
    none = later.totals.model_copy(update={"implied": later.totals.explicit.__class__()})
    bare = later.model_copy(update={"totals": none, "comparison": comparison_of(later)})
    assert only(comparing.totals(bare)).rows[5][9] == "–"
    assert isinstance(table.rows[2][3], Change)


def test_outputs_stand_beside_the_others_where_there_are_any() -> None:
    """Three columns with another report, one without; no table where no output was ever recorded."""
    assert [len(only(comparing.outputs(report)).columns) for report in (complete_report(), sample_report())] == [4, 2]
    none = sample_report().outputs.__class__(recorded=0, standing=0, sent_back=0)
    assert [*comparing.outputs(sample_report().model_copy(update={"outputs": none}))] == []
