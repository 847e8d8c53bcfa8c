"""Tables as offices make them."""

from datetime import date, datetime

import pytest

from services.submissions.imports import limits
from services.submissions.imports.read_table import read_table
from services.submissions.imports.table import Field, Table
from shared.contracts.http_limits import FILE_BYTES
from tests.unit.submissions.imports.files import HEADINGS, workbook, workbook_of

DAY = datetime(2023, 3, 5)  # noqa: DTZ001 - a spreadsheet's days have no zone
ROW = ("Bài (mẫu)", DAY, "https://a.example/1", "tv")


def places(table: Table) -> list[str]:
    assert table.problems == ()
    return [str(row.place) for row in table.rows]


def test_a_title_above_and_a_signature_below() -> None:
    """Letterhead, empty rows, a total and who signs are no outputs; where such rows hold text, that is told."""
    below = [(), ("Tổng cộng", None, None, "2 tin bài"), (), (None, None, "Nơi, ngày 5 tháng 3"), ("NGƯỜI LẬP", None)]
    table = read_table("a", workbook(ROW, (), ROW, *below, above=[("SỞ A (MẪU)",), (), ("DANH SÁCH TIN, BÀI",)]))
    assert places(table) == ["Dòng 5", "Dòng 7"]
    assert table.notes == ("Dòng 11 trở xuống đứng sau dòng tổng cộng và không có ngày nên được bỏ qua.",)


def test_a_row_below_a_total_counts_where_another_with_a_day_follows() -> None:
    """Lists in groups have a total each: a day that is missing in the next group is told, and not passed over."""
    table = read_table("a", workbook(ROW, ("Cộng: 1",), ("Thiếu ngày",), ROW, ("Tổng số: 3 tin bài",)))
    assert places(table) == ["Dòng 2", "Dòng 4", "Dòng 5"]
    assert table.notes == ()


@pytest.mark.parametrize("title", ["Tổng kết công tác cải cách", "Cộng đồng số", "Tổng"])
def test_a_title_that_begins_like_a_total(title: str) -> None:
    """It has a day, so it is an output."""
    assert places(read_table("a", workbook((title, DAY)))) == ["Dòng 2"]


def test_a_header_that_is_repeated_is_none_of_the_rows() -> None:
    """Printed lists have it on every page."""
    assert places(read_table("a", workbook(ROW, HEADINGS, ROW))) == ["Dòng 2", "Dòng 4"]


def test_rows_that_only_say_what_is_owed_are_passed_over() -> None:
    """They are the template's, not filled in yet; with a link alone a title is missing."""
    table = read_table("a", workbook((None, None, None, "tv"), (None, None, "https://a.example", "tv"), ROW))
    assert places(table) == ["Dòng 3", "Dòng 4"]


def test_every_visible_sheet_with_a_header_is_read() -> None:
    """A year in twelve sheets is one file; what is passed over is told."""
    sheets = {
        "Tháng 1": [HEADINGS, ROW],
        "Ghi nhớ": [("Gọi anh A",)],
        "Tháng 2": [(), HEADINGS, ROW],
        "Ẩn": [HEADINGS, ROW],
    }
    table = read_table("a", workbook_of(sheets, hidden=["Ẩn"]))
    assert places(table) == ["Trang “Tháng 1”, dòng 2", "Trang “Tháng 2”, dòng 3"]
    assert table.notes == (
        "Trang “Ẩn” đang ẩn nên được bỏ qua.",
        "Trang “Ghi nhớ” không có dòng tiêu đề cột nên được bỏ qua.",
    )


def test_two_columns_of_one_meaning() -> None:
    """One of them is enough; where they disagree nobody guesses."""
    headings = ("Tiêu đề", "Ngày đăng", "Ngày phát sóng")
    rows = [("A", DAY, None), ("B", None, DAY), ("C", DAY, DAY), ("D", DAY, "06/03/2023")]
    table = read_table("a", workbook(*rows, headings=headings))
    assert [row.values[Field.PUBLISHED_ON] for row in table.rows][:3] == [date(2023, 3, 5)] * 3
    assert [[(flaw.column, flaw.text) for flaw in row.flaws] for row in table.rows] == [
        [], [], [],
        [("Ngày phát sóng", "nội dung khác với cột “Ngày đăng”; hãy chỉ ghi ở một trong hai cột.")],
    ]  # fmt: skip


def test_columns_of_one_name_are_told_by_it_once() -> None:
    """Where they disagree, and where none of them is used."""
    headings = ("Tiêu đề", "Ngày đăng", "Link", "Link", "Lượt xem", "Lượt xem")
    table = read_table("a", workbook(("A", DAY, "https://a.example", "https://b.example", 1, 2), headings=headings))
    (row,) = table.rows
    assert [(flaw.column, flaw.text) for flaw in row.flaws] == [
        ("Link", "nội dung khác với một cột cùng tên; hãy chỉ ghi ở một trong hai cột.")
    ]
    assert table.notes == ("Cột “Lượt xem” không dùng đến nên được bỏ qua.",)


def test_a_formula_is_a_flaw_where_it_is_read_and_none_elsewhere() -> None:
    """A running number may be calculated, a title may not; a spreadsheet's error is no text."""
    headings = ("STT", "Tiêu đề", "Ngày đăng", "Lượt xem")
    table = read_table("a", workbook(("=A1+1", "=B1", DAY, "=1"), ("=A2+1", "A", "#N/A", 1), headings=headings))
    assert [[flaw.field for flaw in row.flaws] for row in table.rows] == [[Field.TITLE], [Field.PUBLISHED_ON]]
    assert table.notes == ("Cột “Lượt xem” không dùng đến nên được bỏ qua.",)


def test_what_the_office_wrote_is_kept_for_messages() -> None:
    """With the heading of its column, though it may be empty in this row."""
    (row,) = read_table("a", workbook(("  Bài  (mẫu) ", "5/3/23"), headings=("TÊN TIN BÀI", "ngay dang", "Link"))).rows
    assert row.shown == {Field.TITLE: "Bài (mẫu)", Field.PUBLISHED_ON: "5/3/23"}
    assert row.headings == {Field.TITLE: "TÊN TIN BÀI", Field.PUBLISHED_ON: "ngay dang", Field.URL: "Link"}


def test_the_missing_column_is_named() -> None:
    """With what stands there instead, as far as it is understood."""
    (problem,) = read_table("bảng.xlsx", workbook(("A", 1), headings=("Tiêu đề", "Ngày lên sóng rồi"))).problems
    assert problem.startswith(
        "bảng.xlsx: Không thấy cột “Ngày đăng” trong 50 dòng đầu; dòng gần giống tiêu đề nhất có “Tiêu đề”."
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "Tệp trống."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Tệp là Excel kiểu cũ (.xls) hoặc có mật khẩu"),
        (b"%PDF-1.7", "Tệp là PDF; hãy gửi bảng tính Excel (.xlsx) hoặc CSV."),
        (b"a" * (FILE_BYTES + 1), "Tệp có 8.000.001 byte, nhiều nhất là 8.000.000"),
        (workbook(), "Tệp không có dòng sản phẩm nào dưới dòng tiêu đề cột."),
    ],
)
def test_what_can_t_be_read_at_all(data: bytes, text: str) -> None:
    """The problem says why, and the file is named; there are no rows."""
    table = read_table("tệp", data)
    assert table.rows == ()
    (problem,) = table.problems
    assert text in problem


def test_too_many_rows_are_told() -> None:
    """Ten thousand are read, one more is refused, none is cut off."""
    head = "Tiêu đề,Ngày đăng\n"
    assert len(read_table("a", (head + "a,05/03/2023\n" * limits.ROWS).encode()).rows) == limits.ROWS
    table = read_table("a", (head + "a,05/03/2023\n" * (limits.ROWS + 1)).encode())
    assert table.problems == ("a: Tệp có quá 10.000 dòng sản phẩm; hãy tách thành nhiều tệp.",)
