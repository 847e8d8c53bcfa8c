"""The workbook: openpyxl reads the report's figures back from it; data can't become formulas or links."""

from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.reports.renderings.charts import Chart, charts
from services.reports.renderings.xlsx import render
from services.reports.rules import completion
from shared.contracts.plan import Count
from shared.vietnamese import STATES
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.complete import complete_outputs, complete_report
from tests.unit.reports.renderings.hostile import AMPERSAND, FORMULA, SCRIPT, hostile_outputs, hostile_report
from tests.unit.reports.sample import sample_outputs, sample_report

SHEETS = [
    "Tổng hợp",
    "Cơ quan × nhiệm vụ",
    "Cơ quan × tháng",
    "Chi tiết",
    "Kỳ thực hiện",
    "Sản phẩm",
    "Tháng",
    "Nội dung",
    "Kênh, lưu ý",
    "Quá hạn",
    "Miễn, gia hạn",
    "Biểu đồ",
]


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
    """From the summary to the charts, each with the day of its data; none for what the report lacks."""
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
        found = [row for row in rows(book["Chi tiết"], "Cơ quan, đơn vị") if row[1] == name]
        sums = [sum(int(str(row[n])) for row in found if row[4] != "–") for n in range(4, 11)]
        assert texts(list(sums)) == expected


def test_the_heat_map_holds_rates_as_numbers(book: Workbook) -> None:
    """Agency × duty: done of owed, coloured by a rule of the sheet, so that it can be sorted and recounted."""
    sheet = book["Cơ quan × nhiệm vụ"]
    cells = list(sheet.iter_rows(min_row=5, values_only=True))
    column = cells[0].index("III.5")
    [found] = [row[column] for row in cells if row[0] == "Sở Thông tin và Truyền thông"]
    rate = completion(next(line for line in sample_report().duties if line.id == "III.5"))
    assert rate is not None
    assert found == pytest.approx(float(rate))
    assert [rule.type for rules in sheet.conditional_formatting for rule in rules.rules].count("colorScale") == 6


def test_agency_by_month_holds_every_month(book: Workbook) -> None:
    """A column for each month of the year."""
    labels = next(row for row in book["Cơ quan × tháng"].iter_rows(min_row=5, values_only=True))
    assert len(labels) == 13
    assert labels[2] == "Tháng 02/2023"


def test_lists_can_be_filtered_and_keep_their_head(book: Workbook) -> None:
    """Filters over the whole list, a head that stays and is printed on each page, across A4."""
    for name in ("Cơ quan × nhiệm vụ", "Chi tiết", "Kỳ thực hiện", "Sản phẩm"):
        sheet = book[name]
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert book["Sản phẩm"].auto_filter.ref == f"A4:L{4 + len(sample_outputs())}"


def test_the_charts_are_native_and_stand_by_their_figures(book: Workbook) -> None:
    """Each drawn by the program from cells that hold the report's figures."""
    sheet = book["Biểu đồ"]
    known = [chart for chart in charts(sample_report()) if isinstance(chart, Chart)]
    assert len(sheet._charts) == len(known) == 3
    lines = list(sheet.iter_rows(values_only=True))
    for chart in known:
        top = next(n for n, row in enumerate(lines) if row[0] == chart.title)
        found = [row[: 1 + len(chart.series)] for row in lines[top + 2 : top + 2 + len(chart.categories)]]
        assert found == list(zip(chart.categories, *(one.values for one in chart.series), strict=True))


def test_outputs_beyond_a_sheets_limit_go_on_on_another() -> None:
    """None is lost, none is there twice, and each sheet has its head and its filter."""
    book = load_workbook(BytesIO(render(sample_report(), iter(sample_outputs()), most_rows=40)))
    names = [name for name in book.sheetnames if name.startswith("Sản phẩm")]
    assert names[:3] == ["Sản phẩm", "Sản phẩm (2)", "Sản phẩm (3)"]
    titles = []
    for name in names:
        sheet = book[name]
        assert sheet.max_row <= 40
        assert sheet["A4"].value == "Tên sản phẩm"
        assert sheet.auto_filter.ref
        titles += [row[0] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] is not None]
    assert titles == [line.title for line in sample_outputs()]


def test_a_list_without_a_row_says_so() -> None:
    """In the first week of the year nobody owes anything."""
    sheet = load_workbook(BytesIO(render(sample_report(date(2023, 1, 5)), [])))["Quá hạn"]
    assert [row[0] for row in sheet.iter_rows(min_row=6, values_only=True)][:1] == [
        "Không có cơ quan, đơn vị nào còn kỳ thực hiện quá hạn."
    ]


def test_a_change_is_a_number_with_its_sign() -> None:
    """So that it can be added up, and is read as more or less; it isn't coloured as a rate would be."""
    sheet = load_workbook(BytesIO(render(complete_report(), complete_outputs())))["So sánh"]
    more = next(row for row in sheet.iter_rows() if row[1].value == "Tăng, giảm")
    assert (more[3].value, more[3].number_format) == (38, "+#,##0;−#,##0;0")
    assert not sheet.conditional_formatting
    assert (more[9].value, more[9].number_format) == (35.1, "+0.0;−0.0;0")


def test_data_never_becomes_a_formula_or_a_link() -> None:
    """A title that begins with = is text, as is an address."""
    sheets = load_workbook(BytesIO(render(hostile_report(), hostile_outputs())))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    by_value = {cell.value: cell for row in sheets["Sản phẩm"].iter_rows() for cell in row}
    for title in (FORMULA, SCRIPT, AMPERSAND):
        assert by_value[title].data_type == "s"


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making."""
    assert render(sample_report(), sample_outputs()) == render(sample_report(), sample_outputs())
