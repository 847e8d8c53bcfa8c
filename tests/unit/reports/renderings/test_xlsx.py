"""The workbook: openpyxl reads the report's figures back from it; data can't become formulas or links."""

from datetime import datetime, time
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.reports.renderings.xlsx import render
from shared.contracts.plan import Count
from shared.vietnamese import STATES
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.hostile import AMPERSAND, FORMULA, SCRIPT, hostile_outputs, hostile_report
from tests.unit.reports.sample import sample_outputs, sample_report

SHEETS = ["Tổng hợp", "Cơ quan × nhiệm vụ", "Kỳ thực hiện", "Sản phẩm", "Tháng"]


@pytest.fixture(scope="module")
def book() -> Workbook:
    """The sample report, read."""
    return load_workbook(BytesIO(render(sample_report(), sample_outputs())))


def rows(sheet: Worksheet, label: str) -> list[list[object]]:
    """The rows under the head whose first cell says that, up to the first row without a second value."""
    lines = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    start = next(n for n, line in enumerate(lines) if line and line[0] == label)
    end = next((n for n in range(start, len(lines)) if len(lines[n]) < 2), len(lines))
    return lines[start + 1 : end]


def texts(cells: list[object]) -> list[str]:
    """The cells as text."""
    return [str(cell) for cell in cells]


def test_the_sheets_are_in_order(book: Workbook) -> None:
    """Five sheets, from the summary to the months, each with the day of its data."""
    assert book.sheetnames == SHEETS
    assert {book[name]["A2"].value for name in SHEETS} == {"Số liệu tính đến ngày 29/11/2023"}


def test_the_totals_are_those_of_the_report(book: Workbook) -> None:
    """Two rows of numbers, explicit and implied."""
    found = rows(book["Tổng hợp"], "Nhóm nhiệm vụ")
    assert [texts(row[1:8]) for row in found] == figures.totals(sample_report())
    assert all(isinstance(cell, int) for row in found for cell in row[1:8])


def test_the_duties_are_those_of_the_report(book: Workbook) -> None:
    """Each counted duty's figures; a continuous one has dashes and its outputs."""
    found = {str(row[0]): row for row in rows(book["Tổng hợp"], "Mã")}
    assert {name: texts(found[name][3:10]) for name in figures.counted_duties(sample_report())} == (
        figures.counted_duties(sample_report())
    )
    assert found["III.2"][3:] == ["–"] * 7 + ["không áp dụng", 9, 0]


@pytest.mark.parametrize(("count", "place"), [(Count.EXPLICIT, 0), (Count.IMPLIED, 1)])
def test_the_months_are_those_of_the_report(book: Workbook, count: Count, place: int) -> None:
    """A table for each group, a row for each month."""
    found = [texts(list(row)) for row in book["Tháng"].iter_rows(values_only=True) if str(row[0]).startswith("Tháng ")]
    assert [row[1:8] for row in found[12 * place : 12 * place + 12]] == figures.months(sample_report(), count)


def test_every_occurrence_has_a_row_with_real_days(book: Workbook) -> None:
    """As many rows as occurrences, with their states, and days as days."""
    found = rows(book["Kỳ thực hiện"], "Mã")
    report = sample_report()
    assert [row[8] for row in found] == [STATES[line.state] for line in report.occurrences]
    days = [line.register_by for line in report.occurrences]
    assert [row[7] for row in found] == [datetime.combine(day, time()) for day in days]


def test_every_output_has_a_row(book: Workbook) -> None:
    """By registration day and id, with what was sent back marked."""
    found = rows(book["Sản phẩm"], "Tên sản phẩm")
    assert [row[0] for row in found] == [line.title for line in sample_outputs()]
    assert sum("Trả lại để chỉnh sửa" in row for row in found) == 1


def test_agency_by_duty_adds_up_to_the_duties(book: Workbook) -> None:
    """The sheet's figures, added up over agencies, are the duties' figures."""
    for name, expected in figures.counted_duties(sample_report()).items():
        found = [row for row in rows(book["Cơ quan × nhiệm vụ"], "Cơ quan, đơn vị") if row[1] == name]
        sums = [sum(int(str(row[n])) for row in found if row[4] != "–") for n in range(4, 11)]
        assert texts(list(sums)) == expected


def test_data_never_becomes_a_formula_or_a_link() -> None:
    """A title that begins with = is text, as is an address."""
    sheet = load_workbook(BytesIO(render(hostile_report(), hostile_outputs())))["Sản phẩm"]
    by_value = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for title in (FORMULA, SCRIPT, AMPERSAND):
        assert by_value[title].data_type == "s"
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in by_value.values())


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making."""
    assert render(sample_report(), sample_outputs()) == render(sample_report(), sample_outputs())
