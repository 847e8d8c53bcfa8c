"""Files as offices make them."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

HEADINGS = ("Tiêu đề", "Ngày đăng", "Đường dẫn", "Nhiệm vụ")


def workbook(*rows: Sequence[Any], headings: Sequence[Any] = HEADINGS, above: Iterable[Sequence[Any]] = ()) -> bytes:
    """One sheet: `above`, the headings, the rows."""
    return workbook_of({"Danh sách": [*above, headings, *rows]})


def workbook_of(sheets: dict[str, Iterable[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    """Sheets by name, each with its rows from the first on."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()
