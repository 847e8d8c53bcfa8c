"""A table as every rendering lays it out: typed cells, so that a spreadsheet gets numbers and days as such."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.reports.renderings import wording
from services.reports.rules import completion
from shared.contracts.report import Counts

NONE = "–"
Cell = str | int | float | date | Fraction | None


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
    return wording.number(cell)
