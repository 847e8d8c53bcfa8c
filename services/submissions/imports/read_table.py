"""From a file's bytes to the rows with outputs in it, or what is wrong with them, in Vietnamese."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.submissions.imports import csv_file, limits
from services.submissions.imports.cells import Misread, is_address, read, shown
from services.submissions.imports.find_header import HEADER_WITHIN, find_header
from services.submissions.imports.headers import NEEDED, USUAL, Columns, field_of
from services.submissions.imports.table import FILLED_IN_BEFORE, Cell, Field, Flaw, Place, Row, Table, Unreadable
from services.submissions.imports.text import plain, shortened
from services.submissions.imports.xlsx import read_sheets
from shared.contracts.http_limits import FILE_BYTES
from shared.seen_text import one_line
from shared.vietnamese import dotted

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
    """The rows of all sheets. A file in which none has a header is refused, and one with a list that can't be read:
    its other lists alone would be half of it."""
    notes = [f"Trang “{shortened(name)}” đang ẩn nên được bỏ qua." for name in hidden]
    rows: list[Row] = []
    problems: list[str] = []
    nearest: list[Columns] = []
    for name, cells in sheets:
        remaining = iter(cells)
        header = find_header(remaining)
        columns = header.columns
        label = shortened(name) if name is not None and len(sheets) > 1 else None
        if header.above is not None:
            problems.append(_other_above(header.above, columns, label))
        elif columns.missing:
            nearest.append(columns)
            if label is not None and header.is_list:
                problems.append(_list_without_header(columns, label))
            elif name is not None:
                notes.append(f"Trang “{shortened(name)}” không có dòng tiêu đề cột nên được bỏ qua.")
        if header.above is not None or columns.missing:
            continue
        if columns.unused:
            where = f"Trang “{label}”: cột" if label is not None else "Cột"
            notes.append(f"{where} {_quoted(columns.unused)} không dùng đến nên được bỏ qua.")
        for row in _rows(remaining, columns, label, notes):
            rows.append(row)
            if len(rows) > limits.ROWS:
                raise Unreadable(f"Tệp có quá {dotted(limits.ROWS)} dòng sản phẩm; hãy tách thành nhiều tệp.")
    if problems:
        return Table(problems=tuple(problems), notes=tuple(notes))
    if len(nearest) == len(sheets):
        raise Unreadable(_no_header(nearest))
    if not rows:
        return Table(problems=("Tệp không có dòng sản phẩm nào dưới dòng tiêu đề cột.",), notes=tuple(notes))
    return Table(tuple(rows), (), tuple(notes))


def _rows(
    rows: Iterator[tuple[int, Sequence[Cell]]], columns: Columns, sheet: str | None, notes: list[str]
) -> Iterator[Row]:
    """Each row with an output. What stands below the last total without a date or a web address is a signature and no
    output."""
    below: list[Row] | None = None
    for number, cells in rows:
        row = _row(Place(number, sheet), cells, columns)
        if _is_total(cells, row):
            below = below or []
        elif _is_header(cells, columns) or not (row.flaws or row.values.keys() - FILLED_IN_BEFORE):
            continue
        elif below is not None and Field.PUBLISHED_ON not in row.shown and not any(map(is_address, cells)):
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
    return f"Không thấy {_missing(best)}. Hãy đặt tên cột như trong tệp mẫu. Nếu chữ bị sai phông, {csv_file.AS_UTF_8}."


def _list_without_header(nearest: Columns, sheet: str) -> str:
    return (
        f"Trang “{sheet}” có vẻ là danh sách sản phẩm nhưng không thấy {_missing(nearest)}. Hãy đặt tên cột như trong "
        "tệp mẫu; nếu trang này không phải là danh sách sản phẩm thì hãy ẩn hoặc xóa trang."
    )


def _missing(nearest: Columns) -> str:
    text = f"cột {_usual(nearest)} trong {HEADER_WITHIN} dòng đầu"
    return f"{text}; dòng gần giống tiêu đề nhất có {_headings(nearest)}" if nearest.fields else text


def _other_above(above: Columns, columns: Columns, sheet: str | None) -> str:
    """The headings below have all that is needed, so the rows above would be taken for a letterhead."""
    return (
        f"{f'Trang “{sheet}”: p' if sheet is not None else 'P'}hía trên dòng tiêu đề cột có {_headings(columns)} còn "
        f"một danh sách nữa thiếu cột {_usual(above)}; dòng tiêu đề của nó có {_headings(above)}. Hãy đặt tên cột ở đó "
        "như trong tệp mẫu, hoặc xóa các dòng không phải là sản phẩm."
    )


def _usual(columns: Columns) -> str:
    return " và ".join(f"“{USUAL[field]}”" for field in columns.missing)


def _headings(columns: Columns) -> str:
    known = _quoted([heading for _, heading in columns.fields.values()])
    return f"{known}, còn {_quoted(columns.unused)} thì không hiểu" if columns.unused else known


def _quoted(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    more = f" và {len(each) - MOST_NAMES} cột khác" if len(each) > MOST_NAMES else ""
    return ", ".join(f"“{name}”" for name in each[:MOST_NAMES]) + more
