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


OTHER_DAY = ("Tiêu đề", "Ngày lên trang", "Đường dẫn")
LISTS = {
    "several headings of outputs": [OTHER_DAY, ("Bài (mẫu)", "hôm qua", "https://a.example/1")],
    "several headings, days that can't be read": [OTHER_DAY, ("Bài (mẫu)", "hôm qua")],
    "one heading and a day": [("Tiêu đề", "Ngày lên trang"), ("Bài (mẫu)", DAY)],
    "one heading and an address": [("Tên gọi", "Link"), ("Bài (mẫu)", "www.a.example/1")],
    "no heading, days": [("Tên gọi", "Lên sóng"), ("Bài 1 (mẫu)", "05/03/2023"), ("Bài 2 (mẫu)", DAY)],
    "rows only": [("Bài 1 (mẫu)", "https://a.example/1"), ("Bài 2 (mẫu)", "https://a.example/2")],
    "far below": [*[("Căn cứ (mẫu)",)] * 900, ("Bài 1 (mẫu)", DAY), ("Bài 2 (mẫu)", DAY)],
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("first", [True, False])
def test_no_list_is_passed_over(kind: str, first: bool) -> None:
    """Where one sheet is a list that can't be read, the others alone would be half an import: nothing is read."""
    right = ("Tháng 4", [HEADINGS, ROW])
    other = ("Tháng 3", LISTS[kind])
    table = read_table("a", workbook_of(dict([other, right] if first else [right, other])))
    assert table.rows == ()
    (problem,) = table.problems
    assert problem.startswith("Trang “Tháng 3” có vẻ là danh sách sản phẩm nhưng không thấy cột ")
    assert "“Ngày đăng” trong 50 dòng đầu" in problem
    assert problem.endswith("nếu trang này không phải là danh sách sản phẩm thì hãy ẩn hoặc xóa trang.")


def test_each_list_that_can_t_be_read_is_told() -> None:
    """With the headings that aren't understood, so that one look at the message is enough."""
    rows = [OTHER_DAY, ("Bài (mẫu)", DAY, None)]
    table = read_table("a", workbook_of({"Tháng 1": rows, "Tháng 2": [HEADINGS, ROW], "Tháng 3": rows}))
    assert [problem.partition(" có vẻ")[0] for problem in table.problems] == ["Trang “Tháng 1”", "Trang “Tháng 3”"]
    assert "nhất có “Tiêu đề”, “Đường dẫn”, còn “Ngày lên trang” thì không hiểu." in table.problems[0]


NO_LISTS = {
    "notes": [("Gọi anh A", "chiều"), ("Nội quy (mẫu)",)],
    "a cover with a day": [("Sở A (mẫu)",), ("Ngày lập", DAY), ("Người lập", "A")],
    "what is owed": [("Nhiệm vụ", "Tên nhiệm vụ", "Kỳ"), ("tv", "Truyền hình (mẫu)", "2026-02")],
    "figures of offices": [("Đơn vị", "Số tin", "Ghi chú"), ("A (mẫu)", 5, None), ("B (mẫu)", 7, None)],
    "what is to be done": [("STT", "Nội dung", "Đơn vị", "Ghi chú"), (1, "Họp (mẫu)", "A (mẫu)", None)],
    "figures far down": [*[("A (mẫu)", 5)] * 1_000, ("A (mẫu)", DAY), ("B (mẫu)", DAY)],
    "a month to come": [OTHER_DAY],
    "empty": [],
}


@pytest.mark.parametrize("kind", NO_LISTS)
def test_what_is_plainly_no_list_is_passed_over(kind: str) -> None:
    """And told."""
    table = read_table("a", workbook_of({"Khác": NO_LISTS[kind], "Tháng 4": [HEADINGS, ROW]}))
    assert places(table) == ["Trang “Tháng 4”, dòng 2"]
    assert table.notes == ("Trang “Khác” không có dòng tiêu đề cột nên được bỏ qua.",)


@pytest.mark.parametrize("together", [{}, {"Ghi nhớ": [("Gọi anh A",)]}])
def test_a_list_above_another_is_no_letterhead(together: dict[str, list[tuple[str]]]) -> None:
    """Two lists on one sheet of which the first can't be read: its rows would be lost without a word."""
    rows = [OTHER_DAY, ("Bài 1 (mẫu)", DAY, None), (), HEADINGS, ROW]
    table = read_table("a", workbook_of({"Quý I": rows, **together}))
    assert table.rows == ()
    (problem,) = table.problems
    assert "hía trên dòng tiêu đề cột có “Tiêu đề”, “Ngày đăng”, “Đường dẫn”, “Nhiệm vụ” còn một danh sách" in problem
    assert "nữa thiếu cột “Ngày đăng”; dòng tiêu đề của nó có “Tiêu đề”, “Đường dẫn”, còn “Ngày lên trang”" in problem
    assert problem.startswith("Trang “Quý I”: p" if together else "P")


def test_days_above_the_header_are_a_letterhead_s() -> None:
    """Content systems write there what was asked of them."""
    above = [("Từ ngày", DAY), ("Đến ngày", DAY), ("Trang", "https://a.example")]
    assert places(read_table("a", workbook(ROW, above=above))) == ["Dòng 5"]


def test_an_output_below_the_total_is_told_though_its_day_is_missing() -> None:
    """It has an address, so it is no signature."""
    rows = [ROW, ("Tổng cộng",), ("Bài sót (mẫu)", None, "https://a.example/2"), ("NGƯỜI LẬP",)]
    table = read_table("a", workbook(*rows))
    assert places(table)[:2] == ["Dòng 2", "Dòng 4"]


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
        "bảng.xlsx: Không thấy cột “Ngày đăng” trong 50 dòng đầu; dòng gần giống tiêu đề nhất có “Tiêu đề”, còn "
        "“Ngày lên sóng rồi” thì không hiểu. Hãy đặt tên cột như trong tệp mẫu."
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
