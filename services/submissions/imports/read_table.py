"""From a file's bytes to the rows with outputs in it, or what is wrong with them, in Vietnamese."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.submissions.imports import csv_file, limits
from services.submissions.imports.cells import Misread, read, shown
from services.submissions.imports.headers import NEEDED, USUAL, Columns, field_of, read_headings
from services.submissions.imports.table import FILLED_IN_BEFORE, Cell, Field, Flaw, Place, Row, Table, Unreadable
from services.submissions.imports.text import plain, shortened
from services.submissions.imports.xlsx import read_sheets
from shared.contracts.http_limits import FILE_BYTES
from shared.seen_text import one_line
from shared.vietnamese import dotted

# The header stands below a letterhead and a title.
HEADER_WITHIN = 50
MOST_NAMES = 8
_TOTALS = re.compile(r"(?:tong(?: cong| so)?|cong)(?: (?:tin|bai|tin bai|san pham|so))?(?: \d+.*)?")
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "Tệp là Excel kiểu cũ (.xls) hoặc có mật khẩu; hãy lưu lại thành .xlsx không có mật khẩu.",
    b"%PDF": "Tệp là PDF; hãy gửi bảng tính Excel (.xlsx) hoặc CSV.",
}
Rows = Iterable[tuple[int, Sequence[Cell]]]


def read_table(name: str, data: bytes) -> Table:
    """The rows of a workbook or a CSV file; what it is, its content tells and not its name, which is only quoted.

    Never raises: what makes the whole file useless stands in `problems`.
    """
    try:
        if len(data) > FILE_BYTES:
            raise Unreadable(
                f"Tệp có {dotted(len(data))} byte, nhiều nhất là {dotted(FILE_BYTES)}; hãy tách thành nhiều tệp."
            )
        return _read(data)
    except Unreadable as error:
        return Table(problems=(f"{shortened(name)}: {error}",))


def _read(data: bytes) -> Table:
    if not data.strip():
        raise Unreadable("Tệp trống.")
    for start, text in _OTHERS.items():
        if data.startswith(start):
            raise Unreadable(text)
    if not data.startswith(b"PK"):
        return _together([(None, csv_file.read_rows(csv_file.decode(data)))], [])
    sheets, hidden = read_sheets(data)
    return _together([(sheet.name, sheet.rows) for sheet in sheets], hidden)


def _together(sheets: Sequence[tuple[str | None, Rows]], hidden: Sequence[str]) -> Table:
    """The rows of all sheets that have a header; a file in which none has is refused."""
    notes = [f"Trang “{shortened(name)}” đang ẩn nên được bỏ qua." for name in hidden]
    rows: list[Row] = []
    nearest: list[Columns] = []
    found = 0
    for name, cells in sheets:
        remaining = iter(cells)
        columns = _header(remaining)
        if columns.missing:
            nearest.append(columns)
            if name is not None:
                notes.append(f"Trang “{shortened(name)}” không có dòng tiêu đề cột nên được bỏ qua.")
            continue
        found += 1
        label = shortened(name) if name is not None and len(sheets) > 1 else None
        if columns.unused:
            where = f"Trang “{label}”: cột" if label is not None else "Cột"
            notes.append(f"{where} {_quoted(columns.unused)} không dùng đến nên được bỏ qua.")
        for row in _rows(remaining, columns, label, notes):
            rows.append(row)
            if len(rows) > limits.ROWS:
                raise Unreadable(f"Tệp có quá {dotted(limits.ROWS)} dòng sản phẩm; hãy tách thành nhiều tệp.")
    if not found:
        raise Unreadable(_no_header(nearest))
    if not rows:
        return Table(problems=("Tệp không có dòng sản phẩm nào dưới dòng tiêu đề cột.",), notes=tuple(notes))
    return Table(tuple(rows), (), tuple(notes))


def _header(rows: Iterator[tuple[int, Sequence[Cell]]]) -> Columns:
    """The first row that names what is needed, taken from the rows with all above it; else the one nearest to it."""
    best = Columns({})
    for looked_at, (_, cells) in enumerate(rows, start=1):
        columns = read_headings(cells)
        if not columns.missing:
            return columns
        if len(columns.fields) > len(best.fields):
            best = columns
        if looked_at == HEADER_WITHIN:
            break
    return best


def _rows(
    rows: Iterator[tuple[int, Sequence[Cell]]], columns: Columns, sheet: str | None, notes: list[str]
) -> Iterator[Row]:
    """Each row with an output. What stands below the last total without a date is a signature and no output."""
    below: list[Row] | None = None
    for number, cells in rows:
        row = _row(Place(number, sheet), cells, columns)
        if _is_total(cells, row):
            below = below or []
        elif _is_header(cells, columns) or not (row.flaws or row.values.keys() - FILLED_IN_BEFORE):
            continue
        elif below is not None and Field.PUBLISHED_ON not in row.shown:
            below.append(row)
        else:
            yield from below or ()
            below = None if below is None else []
            yield row
    if below:
        notes.append(f"{below[0].place} trở xuống đứng sau dòng tổng cộng và không có ngày nên được bỏ qua.")


def _row(place: Place, cells: Sequence[Cell], columns: Columns) -> Row:
    values: dict[Field, str | date | float] = {}
    given: dict[Field, str] = {}
    headings: dict[Field, str] = {}
    flaws: list[Flaw] = []
    for position, (field, heading) in columns.fields.items():
        cell = cells[position] if position < len(cells) else None
        headings.setdefault(field, heading)
        try:
            value = read(cell, field)
        except Misread as error:
            flaws.append(Flaw(field, heading, f"{error}."))
            given.setdefault(field, shortened(shown(cell)))
            continue
        if value is None:
            continue
        if field is not Field.AGENCY and values.get(field, value) != value:
            flaws.append(Flaw(field, heading, _contradicts(heading, headings[field])))
        values[field], given[field], headings[field] = value, shortened(shown(cell)), heading
    return Row(place, values, given, headings, tuple(flaws))


def _contradicts(heading: str, other: str) -> str:
    if heading == other:
        return "nội dung khác với một cột cùng tên; hãy chỉ ghi ở một trong hai cột."
    return f"nội dung khác với cột “{other}”; hãy chỉ ghi ở một trong hai cột."


def _is_total(cells: Sequence[Cell], row: Row) -> bool:
    first = next((cell for cell in cells if isinstance(cell, str) and one_line(cell)), "")
    return Field.PUBLISHED_ON not in row.values and _TOTALS.fullmatch(plain(first)) is not None


def _is_header(cells: Sequence[Cell], columns: Columns) -> bool:
    """Whether the header stands here again, as at the top of a printed page."""
    again = {
        field
        for position, (field, _) in columns.fields.items()
        if position < len(cells) and isinstance(cells[position], str) and field_of(str(cells[position])) is field
    }
    return set(NEEDED) <= again


def _no_header(nearest: Sequence[Columns]) -> str:
    best = max(nearest, key=lambda columns: len(columns.fields), default=Columns({}))
    missing = " và ".join(f"“{USUAL[field]}”" for field in best.missing)
    text = f"Không thấy cột {missing} trong {HEADER_WITHIN} dòng đầu"
    if best.fields:
        text += f"; dòng gần giống tiêu đề nhất có {_quoted([heading for _, heading in best.fields.values()])}"
    return f"{text}. Hãy đặt tên cột như trong tệp mẫu. Nếu chữ bị sai phông, {csv_file.AS_UTF_8}."


def _quoted(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    more = f" và {len(each) - MOST_NAMES} cột khác" if len(each) > MOST_NAMES else ""
    return ", ".join(f"“{name}”" for name in each[:MOST_NAMES]) + more
