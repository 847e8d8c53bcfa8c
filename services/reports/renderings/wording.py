"""Vietnamese words for figures, days, periods and states, as officials write them. Pure."""

from datetime import date
from fractions import Fraction

from shared.contracts.duties import ExcuseKind

NOT_APPLICABLE = "không áp dụng"

# Each figure of Counts, in the contract's order, as every document and the command line name it.
COUNTS = {
    "expected": "Cả năm",
    "expected_to_date": "Đã đến hạn",
    "met": "Đúng hạn",
    "met_late": "Trễ hạn",
    "overdue": "Quá hạn",
    "excused": "Được miễn",
    "open": "Còn trong hạn",
}
COMPLETION = "Tỷ lệ hoàn thành"
EXCUSES = {
    ExcuseKind.NOTHING_TO_REPORT: "Không phát sinh",
    ExcuseKind.EXEMPTION: "Miễn thực hiện",
    None: "Gia hạn",
}


def day(value: date) -> str:
    """`09/02/2023`: days and months in two digits."""
    return f"{value:%d/%m/%Y}"


def number(value: float) -> str:
    """`1.234` and `4,5`: dots between thousands, a decimal comma."""
    text = f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    return text.translate(str.maketrans(",.", ".,"))


def quantity(value: int) -> str:
    """A number in running text: `05`, as official papers write those under 10."""
    return f"{value:02}" if 0 < value < 10 else number(value)


def rate(value: Fraction | None) -> str:
    """`91,7%`, half a tenth rounded up; `không áp dụng` where no rate applies."""
    if value is None:
        return NOT_APPLICABLE
    tenths = _tenths(value)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}%"


def tenths(now: Fraction, before: Fraction) -> int:
    """By how many tenths of a point the rates differ, as they are printed: who subtracts these gets the same."""
    return _tenths(now) - _tenths(before)


def change(value: float) -> str:
    """`+12`, `−3`, `0`, `+4,5`: with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value))}"


def as_of(value: date) -> str:
    """The sentence that every document carries."""
    return f"Số liệu tính đến ngày {day(value)}"


def _tenths(value: Fraction) -> int:
    return (2000 * value + 1) // 2
