"""A table as every rendering lays it out: typed cells, so that a spreadsheet gets numbers and days as such."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from services.reports.renderings import wording
from services.reports.rules import completion
from shared.contracts.report import Counts

NONE = "–"
TEXT_WIDTH, INSETS, LETTER = 165.0, 2.5, 1.7  # mm, of A4 upright and of a letter of 10 points
SHORT_LINES, TALL_LINES = 16, 25


@dataclass(frozen=True)
class Change:
    """How much more, or less, than before; `tenths` of a point of a percentage, else whole things."""

    value: int
    tenths: bool = False


Cell = str | int | float | date | Fraction | Change | None


@dataclass(frozen=True)
class Column:
    """`width` is relative to its neighbours; `align` is left, center or right."""

    label: str
    width: int
    align: str = "center"


@dataclass(frozen=True)
class Table:
    """`key` names the table for programs; `note` stands under it; `empty` is said where there is no row."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = "Không có số liệu."

    @property
    def short(self) -> bool:
        """So short that no page should part it."""
        return len(self.rows) <= SHORT_LINES and sum(paper_lines(self)) <= SHORT_LINES

    @property
    def tall(self) -> bool:
        """A row may be higher than a page, and so must be parted."""
        return max(paper_lines(self), default=0) > TALL_LINES


COUNT_COLUMNS = (*(Column(label, 10) for label in wording.COUNTS.values()), Column(wording.COMPLETION, 13))
COUNT_NOTE = (
    "Đơn vị tính: kỳ thực hiện. Cả năm = đúng hạn + trễ hạn + quá hạn + được miễn + còn trong hạn. "
    "Đã đến hạn: hạn ghi nhận đến hết ngày số liệu, không tính kỳ được miễn. "
    "Tỷ lệ hoàn thành = (đúng hạn + trễ hạn) / (cả năm − được miễn)."
)


def count_cells(counts: Counts) -> tuple[Cell, ...]:
    """The seven figures and the rate, in the order of COUNT_COLUMNS; no rate where nothing is owed."""
    rate = completion(counts)
    figures = (getattr(counts, name) for name in wording.COUNTS)
    return (*figures, NONE if rate is None else rate)


def row_lines(cells: Sequence[Cell], letters: Sequence[float]) -> int:
    """About how many lines the row is high, where its columns hold so many letters a line."""
    return max(1, *(ceil(len(text(cell)) / room) for cell, room in zip(cells, letters, strict=True)))


def paper_lines(table: Table) -> list[int]:
    """The same of each row, on an upright A4 page."""
    whole = sum(column.width for column in table.columns)
    letters = [max(1.0, (TEXT_WIDTH * column.width / whole - INSETS) / LETTER) for column in table.columns]
    return [row_lines(row, letters) for row in table.rows]


def text(cell: Cell) -> str:
    """The cell as a document prints it."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case date():
            return wording.day(cell)
        case Fraction():
            return wording.rate(cell)
        case Change():
            return wording.change(cell.value / 10 if cell.tenths else cell.value)
    return wording.number(cell)
