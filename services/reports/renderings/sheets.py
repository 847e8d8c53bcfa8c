"""Sheets of a workbook: tables one below the other, or a list without end; text never becomes a formula or a link."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.reports.renderings import wording
from services.reports.renderings.table import COUNT_COLUMNS, Cell, Change, Column, Table, row_lines, text
from shared.printable import printable

FONT = {"font_name": "Times New Roman", "font_size": 11}
DAY, PERCENT, NUMBER = "dd/mm/yyyy", "0.0%", "#,##0"
CHANGE, POINTS = "+#,##0;−#,##0;0", "+0.0;−0.0;0"
# A relative width of 10 is about ten characters.
WIDTH_A_CHARACTER = 0.85
LEAST_WIDTH = 9
LINE_HEIGHT = 15  # points
MOST_LINES = 27  # Excel's limit for a row is 409 points
HEAD_LINES, NOTE_LINES = 3, 3
MOST_CHARACTERS = 32_767  # Excel's limit for a cell
EXCEL_ROWS = 1_048_576  # Excel's limit for a sheet
LEAD_ROWS = 3  # title, day, and an empty one
# Light enough for black figures on them to be read; no red, since what isn't done may have time yet.
HEAT = {
    "type": "2_color_scale",
    "min_type": "num",
    "max_type": "num",
    "min_value": 0,
    "max_value": 1,
    "min_color": "#FCE9C4",
    "max_color": "#8CCBA1",
}


class Formats:
    """The workbook's formats, made once."""

    def __init__(self, book: Workbook) -> None:
        def add(**more: object) -> Format:
            return book.add_format({**FONT, "valign": "vcenter", **more})

        self.title = add(bold=True, font_size=13)
        self.plain = add(italic=True)
        self.note = add(italic=True, font_size=10, text_wrap=True)
        self.head = add(bold=True, border=1, text_wrap=True, align="center", bg_color="#E8EEF4")
        kinds: dict[str, dict[str, object]] = {
            "text": {"num_format": "@", "text_wrap": True},
            "line": {"num_format": "@"},
            "number": {"num_format": NUMBER},
            "fraction": {"num_format": "#,##0.##"},
            "day": {"num_format": DAY},
            "rate": {"num_format": PERCENT},
            "change": {"num_format": CHANGE},
            "points": {"num_format": POINTS},
        }
        self.cells = {
            (kind, align): add(border=1, align=align, **more)
            for align in ("left", "center")
            for kind, more in kinds.items()
        }


@dataclass(frozen=True)
class Page:
    """What every sheet of the workbook has: formats, title, and the day of its data."""

    book: Workbook
    formats: Formats
    title: str
    as_of: date

    def sheet(self, name: str) -> Worksheet:
        """A new sheet with its title, laid out to be printed across A4."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)  # inches
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RTrang &P/&N")
        sheet.write_string(0, 0, printable(self.title)[:MOST_CHARACTERS], self.formats.title)
        sheet.write_string(1, 0, wording.as_of(self.as_of), self.formats.plain)
        return sheet


def table_sheet(page: Page, name: str, tables: list[Table]) -> None:
    """The tables one below the other, their figures in the same columns; one that is alone can be filtered."""
    sheet = page.sheet(name)
    lead = max(_lead(table) for table in tables)
    for position in range(max(len(table.columns) for table in tables)):
        widths = [
            _widths(table.columns)[position]
            for table in tables
            if _lead(table) == lead and position < len(table.columns)
        ]
        sheet.set_column(position, position, max(widths))
    row = LEAD_ROWS
    for table in tables:
        row = _table(sheet, page.formats, table, row, stretch=lead - _lead(table), alone=len(tables) == 1)


def list_sheet(page: Page, name: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]], most: int) -> None:
    """A list of any length, which goes on on further sheets: `Sản phẩm`, `Sản phẩm (2)`, …"""
    remaining = iter(rows)
    number, first = 1, next(remaining, None)
    while number == 1 or first is not None:
        called = name if number == 1 else f"{name} ({number})"
        first = _list(page, called, columns, first, remaining, most)
        number += 1


def head(sheet: Worksheet, formats: Formats, columns: Iterable[Column], row: int, *, first: int = 0) -> None:
    """A row of labels from column `first` on."""
    sheet.set_row(row, HEAD_LINES * LINE_HEIGHT)
    for position, column in enumerate(columns, first):
        sheet.write_string(row, position, printable(column.label)[:MOST_CHARACTERS], formats.head)


def put(sheet: Worksheet, formats: Formats, row: int, column: int, cell: Cell, align: str, plain: str = "text") -> None:
    """The cell by its type; text as text in the format `plain`, `line` where it must not wrap."""
    match cell:
        case None:
            sheet.write_blank(row, column, None, formats.cells["text", align])
        case str():
            sheet.write_string(row, column, printable(cell)[:MOST_CHARACTERS], formats.cells[plain, align])
        case date():
            sheet.write_datetime(row, column, datetime.combine(cell, time()), formats.cells["day", align])
        case Fraction():
            sheet.write_number(row, column, float(cell), formats.cells["rate", align])
        case Change():
            value, kind = (cell.value / 10, "points") if cell.tenths else (cell.value, "change")
            sheet.write_number(row, column, value, formats.cells[kind, align])
        case float():
            sheet.write_number(row, column, cell, formats.cells["fraction", align])
        case int():
            sheet.write_number(row, column, cell, formats.cells["number", align])


def _list(
    page: Page,
    name: str,
    columns: tuple[Column, ...],
    cells: tuple[Cell, ...] | None,
    rows: Iterator[tuple[Cell, ...]],
    most: int,
) -> tuple[Cell, ...] | None:
    """One sheet of the list, from `cells` on; the row that had no room, if any."""
    sheet, formats, row = page.sheet(name), page.formats, LEAD_ROWS
    for position, width in enumerate(_widths(columns)):
        sheet.set_column(position, position, width)
    head(sheet, formats, columns, row)
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)
    aligns = [column.align for column in columns]
    while cells is not None and row < most - 1:
        row += 1
        for position, cell in enumerate(cells):
            if cell is not None:
                put(sheet, formats, row, position, cell, aligns[position], "line")
        cells = next(rows, None)
    sheet.autofilter(LEAD_ROWS, 0, max(row, LEAD_ROWS + 1), len(columns) - 1)
    return cells


def _lead(table: Table) -> int:
    """How many columns stand before the first count; where there is none, none of them has to line up."""
    return table.columns.index(COUNT_COLUMNS[0]) if COUNT_COLUMNS[0] in table.columns else 0


def _widths(columns: Iterable[Column]) -> list[float]:
    return [max(LEAST_WIDTH, column.width * WIDTH_A_CHARACTER) for column in columns]


def _table(sheet: Worksheet, formats: Formats, table: Table, row: int, *, stretch: int, alone: bool) -> int:
    """Write the table from that row on, its first column over `stretch` more; the row after it."""
    sheet.write_string(row, 0, printable(table.title), formats.title)
    row += 1
    head(sheet, formats, table.columns[1:], row, first=1 + stretch)
    if stretch:
        sheet.merge_range(row, 0, row, stretch, table.columns[0].label, formats.head)
    else:
        sheet.write_string(row, 0, table.columns[0].label, formats.head)
    top = row + 1
    if alone:
        sheet.freeze_panes(top, 1)
        sheet.autofilter(row, 0, row + max(1, len(table.rows)), len(table.columns) - 1)
        sheet.repeat_rows(row)
    for cells in table.rows:
        row += 1
        # A spreadsheet program doesn't raise a row for text that wraps in a file that it didn't write.
        sheet.set_row(row, min(MOST_LINES, row_lines(cells, _widths(table.columns))) * LINE_HEIGHT)
        for position, cell in enumerate(cells):
            put(sheet, formats, row, position and position + stretch, cell, table.columns[position].align)
        if stretch:
            sheet.merge_range(row, 0, row, stretch, printable(text(cells[0])), formats.cells["text", "left"])
    if not table.rows:
        row += 1
        sheet.write_string(row, 0, table.empty, formats.plain)
    for position in _heated(table):
        sheet.conditional_format(top, position, max(top, row), position, HEAT)
    if table.note:
        row += 1
        sheet.set_row(row, NOTE_LINES * LINE_HEIGHT)
        last = len(table.columns) - 1 + stretch
        sheet.merge_range(row, 0, row, last, printable(table.note), formats.note)
    return row + 2


def _heated(table: Table) -> list[int]:
    """The columns that hold rates, and no changes of such."""
    kinds = ([type(row[n]) for row in table.rows] for n in range(len(table.columns)))
    return [n for n, found in enumerate(kinds) if Fraction in found and Change not in found]
