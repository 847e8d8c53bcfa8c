"""The sheets of a workbook, cell by cell."""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

from services.submissions.imports import limits
from services.submissions.imports.table import Broken, Cell, Formula, Unreadable
from services.submissions.imports.zip_guard import DAMAGED, SAVE_AGAIN, guarded
from shared.vietnamese import dotted

_CARRIAGE_RETURN = re.compile(r"_x000[Dd]_")


@dataclass(frozen=True)
class Sheet:
    """A visible sheet; its rows that aren't empty, each with its number from 1."""

    name: str
    rows: Iterator[tuple[int, Sequence[Cell]]]


def read_sheets(data: bytes) -> tuple[list[Sheet], list[str]]:
    """The visible sheets in their order, and the names of the hidden ones. Raises Unreadable, also while rows are read.

    Rows are read as they are asked for; the formulas in them stay formulas.
    """
    safe = guarded(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library leaves out, we don't need
        try:
            book = load_workbook(safe, read_only=True, data_only=False, keep_links=False)
        except Exception:  # a broken file makes the library raise anything at all
            raise Unreadable(DAMAGED) from None
    if len(book.worksheets) > limits.SHEETS:
        raise Unreadable(f"Tệp có {len(book.worksheets)} trang tính, nhiều nhất là {limits.SHEETS}; hãy tách tệp.")
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return [Sheet(sheet.title, _rows(sheet)) for sheet in visible], hidden


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Cell]]]:
    # What the file says of its size may be wrong.
    sheet.reset_dimensions()
    number = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, cells in enumerate(sheet.iter_rows(max_col=limits.COLUMNS), start=1):
                read = [None if cell is EMPTY_CELL else _cell(cell) for cell in cells]
                if any(value is not None for value in read):
                    yield number, read
                if number >= limits.SHEET_ROWS:
                    raise Unreadable(
                        f"Trang “{sheet.title}” có quá {dotted(limits.SHEET_ROWS)} dòng; hãy xóa các dòng trống."
                    )
    except Unreadable:
        raise
    except Exception:
        raise Unreadable(f"Trang “{sheet.title}” bị hỏng sau dòng {number}; {SAVE_AGAIN}.") from None


def _cell(cell: Any) -> Cell:
    if cell.data_type == "f":
        return Formula()
    if cell.data_type == "e":
        return Broken()
    value: Cell = cell.value
    if isinstance(value, str):
        return _CARRIAGE_RETURN.sub("", value)
    return value
