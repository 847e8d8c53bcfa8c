"""The template: what is owed stands there, and what is to be filled in is checked while it is typed."""

from datetime import date, datetime
from io import BytesIO

from openpyxl import load_workbook

from services.submissions.imports.read_table import read_table
from services.submissions.imports.template import Owed, template

RADIO = Owed("mau-2026", "radio", "=Chuyên mục (mẫu)", "2026-W07", date(2026, 2, 24))
TV = Owed("mau-2026", "tv", "Truyền hình (mẫu)", "2026-02", date(2026, 3, 7))


def test_what_is_owed_stands_there() -> None:
    """As text, the day as a day; a title that looks like a formula is none."""
    sheet = load_workbook(BytesIO(template("dai", [RADIO, TV])))["Sản phẩm"]
    first, second, third = (list(row[:4]) for row in sheet.iter_rows(min_row=1, max_row=3, values_only=True))
    assert first == ["Nhiệm vụ", "Tên nhiệm vụ", "Kỳ", "Hạn đăng ký"]
    assert second == ["radio", "=Chuyên mục (mẫu)", "2026-W07", datetime(2026, 2, 24)]  # noqa: DTZ001
    assert third[2] == "2026-02"
    assert [sheet["B2"].data_type, sheet["D2"].number_format, sheet["C3"].number_format] == ["s", "dd/mm/yyyy", "@"]
    assert sheet.freeze_panes == "E2"


def test_days_are_checked_while_they_are_typed() -> None:
    """In every row that can be filled in."""
    sheet = load_workbook(BytesIO(template("dai", [RADIO, TV])))["Sản phẩm"]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, str(rule.sqref), rule.error) == (
        "date", "F2:F203", "Hãy ghi một ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2023.",
    )  # fmt: skip
    assert sheet["F1"].value == "Ngày đăng"


def test_the_plan_is_named_where_there_are_two() -> None:
    """Elsewhere the column would only puzzle."""
    other = TV._replace(plan="mau-2027", period="2027-02")
    sheet = load_workbook(BytesIO(template("dai", [TV, other])))["Sản phẩm"]
    assert [sheet["A1"].value, sheet["A2"].value, sheet["A3"].value] == ["Kế hoạch", "mau-2026", "mau-2027"]


def test_duties_are_listed_and_explained_on_a_second_sheet() -> None:
    """Also those without periods, which the first sheet can't show."""
    sheet = load_workbook(BytesIO(template("dai", [TV], [("news", "Tin (mẫu)")])))["Hướng dẫn"]
    said = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert said[-2:] == ["news", "Tin (mẫu)"]
    assert any("không ghi nhận hai lần" in text for text in said)


def test_one_that_is_not_filled_in_has_no_outputs() -> None:
    """All its rows are passed over, the second sheet too, and it is no error of the columns."""
    table = read_table("mau.xlsx", template("dai", [RADIO, TV], [("tv", "Truyền hình (mẫu)")]))
    assert table.problems == ("Tệp không có dòng sản phẩm nào dưới dòng tiêu đề cột.",)
