"""The workbook that an office fills in: what it owes now stands there already. Filled in, it can be imported."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

SHEET, HELP_SHEET = "Sản phẩm", "Hướng dẫn"
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
BLANK_ROWS = 200  # below what is owed: for second outputs, and for duties without periods
LINE_HEIGHT = 32  # points: two lines


class Column(NamedTuple):
    """A heading, among those that are understood; its width in characters; whether the office fills it in."""

    heading: str
    width: int
    is_open: bool


COLUMNS = (
    Column("Nhiệm vụ", 16, False),
    Column("Tên nhiệm vụ", 38, False),
    Column("Kỳ", 11, False),
    Column("Hạn đăng ký", 13, False),
    Column("Tiêu đề", 52, True),
    Column("Ngày đăng", 13, True),
    Column("Đường dẫn", 42, True),
    Column("Thời lượng (phút)", 12, True),
    Column("Chủ đề", 14, True),
    Column("Ghi chú", 30, True),
)
PLAN_COLUMN = Column("Kế hoạch", 20, False)
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
HELP = (
    "1. Mỗi dòng là một sản phẩm. Dòng nào chưa có sản phẩm thì để trống, hệ thống bỏ qua.",
    "2. Cần nhất là cột “Tiêu đề” và “Ngày đăng”. Ngày ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023.",
    "3. Không sửa các cột “Nhiệm vụ”, “Kỳ” đã ghi sẵn. Sản phẩm thứ hai của cùng một kỳ: ghi ở dòng trống phía dưới, "
    "chép lại nhiệm vụ và kỳ. Nhiệm vụ thường xuyên thì để trống cột “Kỳ”.",
    "4. “Đường dẫn” là địa chỉ đầy đủ, bắt đầu bằng http:// hoặc https://. Không có trên mạng thì để trống.",
    "5. “Thời lượng (phút)” là một số, ví dụ 5 hoặc 4,5. “Chủ đề” là mã trong kế hoạch, nhiều mã thì cách nhau bằng "
    "dấu chấm phẩy, ví dụ II.1; II.3a.",
    "6. Không dùng công thức; dán dạng giá trị. Lưu tệp dạng .xlsx hoặc “CSV UTF-8”.",
    "7. Hãy kiểm tra thử trước khi nhập: hệ thống báo từng dòng sai và cách sửa, chưa ghi nhận gì. Khi nhập, nếu còn "
    "một dòng sai thì không dòng nào được ghi nhận. Nhập lại cùng một tệp không ghi nhận hai lần.",
)


class Owed(NamedTuple):
    """One occurrence to fill in."""

    plan: str
    duty: str
    title: str
    period: str
    register_by: date


def template(agency: str, owed: Sequence[Owed], duties: Iterable[tuple[str, str]] = ()) -> bytes:
    """The workbook's bytes. `duties` are ids and titles of all that the agency may deliver, for the second sheet.

    A column says the plan where there is more than one.
    """
    packed = BytesIO()
    columns = (PLAN_COLUMN, *COLUMNS) if len({one.plan for one in owed}) > 1 else COLUMNS
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    with Workbook(packed, options) as book:
        book.set_properties({"title": f"Danh sách sản phẩm truyền thông – {agency}", "author": "Đôn đốc"})
        formats = _Formats(book)
        _fill(book.add_worksheet(SHEET), formats, owed, columns)
        _explain(book.add_worksheet(HELP_SHEET), formats, agency, duties)
    return packed.getvalue()


class _Formats:
    def __init__(self, book: Workbook) -> None:
        def add(**more: object) -> Format:
            return book.add_format({**FONT, **more})

        self.head = add(bold=True, border=1, text_wrap=True, align="center", valign="vcenter", bg_color="#D9E2EC")
        self.head_open = add(bold=True, border=1, text_wrap=True, align="center", valign="vcenter", bg_color="#FFF2CC")
        self.given = add(border=1, text_wrap=True, num_format="@", bg_color="#F3F5F7")
        self.given_day = add(border=1, num_format="dd/mm/yyyy", align="left", bg_color="#F3F5F7")
        # Text stays text, so that 2023-02 doesn't become a date when somebody types it.
        self.open = add(border=1, text_wrap=True, num_format="@")
        self.open_day = add(border=1, num_format="dd/mm/yyyy", align="left")
        self.open_number = add(border=1, num_format="0.##", align="left")
        self.title = add(bold=True, font_size=14)
        self.help = add(text_wrap=True)

    def of(self, column: Column) -> Format:
        """Of an empty cell in that column."""
        days = {"Ngày đăng": self.open_day, "Hạn đăng ký": self.open_day, "Thời lượng (phút)": self.open_number}
        return days.get(column.heading, self.open)


def _fill(sheet: Worksheet, formats: _Formats, owed: Sequence[Owed], columns: Sequence[Column]) -> None:
    place = {column.heading: position for position, column in enumerate(columns)}
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(0, position, column.heading, formats.head_open if column.is_open else formats.head)
    sheet.set_row(0, LINE_HEIGHT)
    sheet.freeze_panes(1, place["Tiêu đề"])
    for row, one in enumerate(owed, start=1):
        known = {"Kế hoạch": one.plan, "Nhiệm vụ": one.duty, "Tên nhiệm vụ": one.title, "Kỳ": one.period}
        for position, column in enumerate(columns):
            if column.heading in known:
                sheet.write_string(row, position, known[column.heading], formats.given)
            elif column.is_open:
                sheet.write_blank(row, position, None, formats.of(column))
        day = datetime.combine(one.register_by, time())
        sheet.write_datetime(row, place["Hạn đăng ký"], day, formats.given_day)
    last = len(owed) + BLANK_ROWS
    for row in range(len(owed) + 1, last + 1):
        for position, column in enumerate(columns):
            sheet.write_blank(row, position, None, formats.of(column))
    _check_days(sheet, last, place["Ngày đăng"])
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _check_days(sheet: Worksheet, last: int, column: int) -> None:
    rule = {
        "validate": "date",
        "criteria": "between",
        "minimum": FIRST,
        "maximum": LAST,
        "input_title": "Ngày đăng, phát",
        "input_message": "Ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023.",
        "error_title": "Không phải là ngày",
        "error_message": "Hãy ghi một ngày theo dạng ngày/tháng/năm, ví dụ 05/03/2023.",
    }
    sheet.data_validation(1, column, last, column, rule)


def _explain(sheet: Worksheet, formats: _Formats, agency: str, duties: Iterable[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, f"Cách ghi danh sách sản phẩm của {agency}", formats.title)
    row = 2
    for line in HELP:
        sheet.merge_range(row, 0, row, 1, line, formats.help)
        sheet.set_row(row, LINE_HEIGHT)
        row += 1
    row += 1
    sheet.write_string(row, 0, "Nhiệm vụ", formats.head)
    sheet.write_string(row, 1, "Tên", formats.head)
    for id_, title in duties:
        row += 1
        sheet.write_string(row, 0, id_, formats.given)
        sheet.write_string(row, 1, title, formats.given)
