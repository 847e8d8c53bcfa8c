"""The consolidated report as XLSX: figures as numbers, days as days, and all text as text.

Written row by row (constant memory), with fixed times: the same report gives the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from fractions import Fraction
from io import BytesIO
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.reports.renderings import listings, matrix, summaries, wording
from services.reports.renderings.table import COUNT_COLUMNS, Cell, Table, text
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, OutputLine
from shared.printable import printable

FONT = {"font_name": "Times New Roman", "font_size": 11}
DAY, PERCENT, NUMBER = "dd/mm/yyyy", "0.0%", "#,##0"
# A relative width of 10 is about ten characters.
WIDTH_A_CHARACTER = 0.85
LEAST_WIDTH = 9
LINE_HEIGHT = 15  # points
HEAD_LINES, NOTE_LINES = 3, 3
MOST_CHARACTERS = 32_767  # Excel's limit for a cell


def render(report: ConsolidatedReport, outputs: Iterable[OutputLine]) -> bytes:
    """The workbook's bytes; `outputs` are those that the report counts, and those sent back."""
    packed = BytesIO()
    with Workbook(
        packed,
        {
            "constant_memory": True,
            "in_memory": False,
            "strings_to_urls": False,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
        },
    ) as book:
        made = datetime.combine(report.as_of, time(), UTC)
        book.set_properties({"title": f"Kết quả thực hiện {report.title}", "author": "Đôn đốc", "created": made})
        formats = _Formats(book)
        for name, tables in _sheets(report, outputs):
            _sheet(book.add_worksheet(name), formats, report, tables)
    return packed.getvalue()


def _sheets(report: ConsolidatedReport, outputs: Iterable[OutputLine]) -> Iterable[tuple[str, list[Table]]]:
    yield "Tổng hợp", [summaries.totals(report), summaries.duties(report), summaries.agencies(report)]
    yield "Cơ quan × nhiệm vụ", [matrix.pairs(report)]
    yield "Kỳ thực hiện", [listings.occurrences(report)]
    yield "Sản phẩm", [listings.outputs(report, outputs)]
    yield "Tháng", [summaries.months(report, Count.EXPLICIT), summaries.months(report, Count.IMPLIED)]


class _Formats:
    def __init__(self, book: Workbook) -> None:
        def add(**more: object) -> Format:
            return book.add_format({**FONT, "valign": "vcenter", **more})

        self.title = add(bold=True, font_size=13)
        self.plain = add(italic=True)
        self.note = add(italic=True, font_size=10, text_wrap=True)
        self.head = add(bold=True, border=1, text_wrap=True, align="center", bg_color="#E8EEF4")
        self.cells = {
            (kind, align): add(border=1, align=align, text_wrap=kind == "text", **more)
            for align in ("left", "center")
            for kind, more in {
                "text": {"num_format": "@"},
                "number": {"num_format": NUMBER},
                "fraction": {"num_format": "#,##0.##"},
                "day": {"num_format": DAY},
                "rate": {"num_format": PERCENT},
            }.items()
        }


def _sheet(sheet: Worksheet, formats: _Formats, report: ConsolidatedReport, tables: list[Table]) -> None:
    lead = max(_lead(table) for table in tables)
    for position in range(max(len(table.columns) for table in tables)):
        widths = [
            _widths(table)[position] for table in tables if _lead(table) == lead and position < len(table.columns)
        ]
        sheet.set_column(position, position, max(widths))
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, printable(f"Kết quả thực hiện {report.title}"), formats.title)
    sheet.write_string(1, 0, wording.as_of(report.as_of), formats.plain)
    row = 3
    for table in tables:
        row = _table(sheet, formats, table, row, stretch=lead - _lead(table), alone=len(tables) == 1)


def _lead(table: Table) -> int:
    """How many columns stand before the first count; where there is none, none of them has to line up."""
    return table.columns.index(COUNT_COLUMNS[0]) if COUNT_COLUMNS[0] in table.columns else 0


def _widths(table: Table) -> list[float]:
    return [max(LEAST_WIDTH, column.width * WIDTH_A_CHARACTER) for column in table.columns]


def _table(sheet: Worksheet, formats: _Formats, table: Table, row: int, *, stretch: int, alone: bool) -> int:
    """Write the table from that row on, its first column over `stretch` more; the row after it."""
    sheet.write_string(row, 0, printable(table.title), formats.title)
    row += 1
    sheet.set_row(row, HEAD_LINES * LINE_HEIGHT)
    if stretch:
        sheet.merge_range(row, 0, row, stretch, table.columns[0].label, formats.head)
    for position, column in enumerate(table.columns):
        if position or not stretch:
            sheet.write_string(row, position + stretch, column.label, formats.head)
    if alone:
        sheet.freeze_panes(row + 1, 1)
        sheet.autofilter(row, 0, row + max(1, len(table.rows)), len(table.columns) - 1)
        sheet.repeat_rows(row)
    for cells in table.rows:
        row += 1
        # A spreadsheet program doesn't raise a row for text that wraps in a file that it didn't write.
        lines = max(ceil(len(text(c)) / w) for c, w in zip(cells, _widths(table), strict=True))
        sheet.set_row(row, max(1, lines) * LINE_HEIGHT)
        for position, cell in enumerate(cells):
            _cell(sheet, formats, row, position and position + stretch, cell, table.columns[position].align)
        if stretch:
            sheet.merge_range(row, 0, row, stretch, printable(text(cells[0])), formats.cells["text", "left"])
    if table.note:
        row += 1
        sheet.set_row(row, NOTE_LINES * LINE_HEIGHT)
        last = len(table.columns) - 1 + stretch
        sheet.merge_range(row, 0, row, last, printable(table.note), formats.note)
    return row + 2


def _cell(sheet: Worksheet, formats: _Formats, row: int, column: int, cell: Cell, align: str) -> None:
    match cell:
        case None:
            sheet.write_blank(row, column, None, formats.cells["text", align])
        case str():
            sheet.write_string(row, column, printable(cell)[:MOST_CHARACTERS], formats.cells["text", align])
        case date():
            sheet.write_datetime(row, column, datetime.combine(cell, time()), formats.cells["day", align])
        case Fraction():
            sheet.write_number(row, column, float(cell), formats.cells["rate", align])
        case float():
            sheet.write_number(row, column, cell, formats.cells["fraction", align])
        case int():
            sheet.write_number(row, column, cell, formats.cells["number", align])
