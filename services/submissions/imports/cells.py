"""One cell at a time: dates, numbers and text, as people write them."""

import re
from datetime import date, datetime, time, timedelta

from services.submissions.imports import limits
from services.submissions.imports.table import Broken, Cell, Field, Formula
from services.submissions.imports.text import shortened
from shared.seen_text import lines, one_line

# With the time of day before or after it, as content systems write it.
_DAY_FIRST = re.compile(
    r"(?:\d{1,2}[:hg]\d{0,2}(?::\d{2})?[ ,-]{1,3})?(?:ngày )?(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4}|\d{2})"
    r"(?:[ ,-]{1,3}\d{1,2}[:hg][\d:hgpAM ]{0,12})?",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:[\d:.,+Z]{0,24})?")
_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,6}))?(?: ?(?:phút|phut|ph|p|min|'|′))?\.?", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
YEARS = range(2000, 2100)


class Misread(Exception):
    """The cell can't be read as what its column holds; the text says what would be right, in Vietnamese."""


def shown(cell: Cell) -> str:  # noqa: PLR0911 - one for each type
    """The cell as the office sees it, or near enough."""
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}" if cell.time() != time() else f"{cell:%d/%m/%Y}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case timedelta() | time():
            return str(cell)
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case Formula():
            return "công thức"
        case Broken():
            return "ô báo lỗi"
    return str(cell)


def read(cell: Cell, field: Field) -> str | date | float | None:
    """What the cell says; None where it is empty. Raises Misread."""
    if isinstance(cell, Formula):
        raise Misread(
            "ô này là công thức, mà công thức không được tính khi nhập; hãy dán lại dưới dạng giá trị "
            "(Paste Special → Values)"
        )
    if isinstance(cell, Broken):
        raise Misread("ô này đang báo lỗi của bảng tính (#N/A, #REF!…); hãy ghi lại giá trị đúng hoặc xóa trống")
    if isinstance(cell, str) and len(cell) > limits.CELL_CHARACTERS:
        raise Misread(
            f"ô này dài {len(cell)} ký tự, nhiều nhất là {limits.CELL_CHARACTERS}; hãy rút ngắn "
            "(trong tệp CSV: có thể thiếu một dấu ngoặc kép)"
        )
    if cell is None or (isinstance(cell, str) and not one_line(cell)):
        return None
    match field:
        case Field.PUBLISHED_ON:
            return _day(cell)
        case Field.DURATION:
            return _minutes(cell)
        case Field.NOTE:
            return lines(shown(cell))
        case Field.PERIOD if isinstance(cell, date):
            return _month(cell)
        case _:
            return one_line(shown(cell))


def is_day(cell: Cell) -> bool:
    """Whether the cell holds a day and nothing else."""
    return isinstance(cell, date) or (isinstance(cell, str) and _written_day(cell) is not None)


def is_address(cell: Cell) -> bool:
    """Whether the cell holds a web address and nothing else."""
    return isinstance(cell, str) and _ADDRESS.fullmatch(one_line(cell)) is not None


def _day(cell: Cell) -> date:
    day = cell.date() if isinstance(cell, datetime) else cell
    if not isinstance(day, date):
        day = _written_day(shown(cell))
    if day is None:
        raise Misread(
            f"“{shortened(shown(cell))}” không phải là ngày; hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023"
        )
    if day.year not in YEARS:
        raise Misread(f"“{shortened(shown(cell))}” có năm {day.year}; hãy ghi lại năm cho đúng, ví dụ 05/03/2023")
    return day


def _written_day(text: str) -> date | None:
    line = one_line(text)
    if found := _DAY_FIRST.fullmatch(line) or _IN_WORDS.fullmatch(line):
        day, month, year = found.groups()
    elif found := _ISO.fullmatch(line):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _minutes(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(one_line(cell))
        # 1.200 is a thousand and two hundred to some and one and a fifth to others.
        if found is not None and (found.group(2) is None or len(found.group(2)) != 3):
            return float(f"{found.group(1)}.{found.group(2) or 0}")
    raise Misread(f"“{shortened(shown(cell))}” không phải là số phút; hãy ghi một số, ví dụ 5 hoặc 4,5")


def _month(cell: date) -> str:
    """A spreadsheet makes the first of a month of what was typed as 2/2023."""
    if cell.day != 1:
        raise Misread(
            f"“{shown(cell)}” là một ngày, không phải là kỳ; hãy ghi kỳ, ví dụ 2023-02 (tháng), 2023-W07 (tuần), "
            "2023-Q1 (quý), 2023 (năm)"
        )
    return f"{cell.year:04}-{cell.month:02}"
