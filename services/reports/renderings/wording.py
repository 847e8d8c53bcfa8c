"""Vietnamese words for figures, days, periods and states, as officials write them. Pure."""

from datetime import date
from fractions import Fraction

from shared import periods
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
_QUARTERS = ("I", "II", "III", "IV")


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
    tenths = (2000 * value + 1) // 2
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10},{tenths % 10}%"


def period(name: str | None) -> str:
    """`Tuần 07/2023`, `Tháng 02/2023`, `Quý I/2023`, `Năm 2023`; empty for None, as it is where it's no period."""
    if name is None:
        return ""
    try:
        found = periods.parse(name)
    except ValueError:
        return name
    year, _, part = name.partition("-")
    match found.kind:
        case "weekly":
            return f"Tuần {part[1:]}/{year}"
        case "monthly":
            return f"Tháng {part}/{year}"
        case "quarterly":
            return f"Quý {_QUARTERS[int(part[1:]) - 1]}/{year}"
    return f"Năm {year}"


def as_of(value: date) -> str:
    """The sentence that every document carries."""
    return f"Số liệu tính đến ngày {day(value)}"
