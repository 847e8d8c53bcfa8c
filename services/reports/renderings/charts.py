"""What the charts show, for every format to draw: series, labels, colours and a text in their stead. Pure.

Only occurrences that the plan numbers are drawn: what it implies is never added to them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.reports.renderings.summaries import by_channel
from services.reports.renderings.wording import COUNTS, quantity, rate
from services.reports.rules import completion, done, owed
from shared.contracts.ledger import State
from shared.contracts.plan import Count
from shared.contracts.report import AgencyLine, ConsolidatedReport, Counts, OccurrenceLine
from shared.vietnamese import period

# As many rows as can be read on one upright A4 page.
MOST_ROWS = 48
# Each stands out from white paper by 3:1 and more (WCAG 2.2, 1.4.11), and white letters on it by 4.5:1 (1.4.3).
COLOURS = {"met": "#1b6e3c", "met_late": "#a85800", "overdue": "#a3161d", "open": "#5f6b78"}
OUTPUTS = "#0b4f8a"
NUMBERED = "nhiệm vụ được Kế hoạch ấn định số lượng"


class Shape(StrEnum):
    """`shares` are bars across, each as long as the others, cut by share; `columns` stand, piled up; `bars` lie."""

    SHARES = "shares"
    COLUMNS = "columns"
    BARS = "bars"


@dataclass(frozen=True)
class Series:
    """One figure of every category."""

    label: str
    colour: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Chart:
    """`labels` stand at the categories' bars; `alt` says in words what is seen."""

    key: str
    title: str
    alt: str
    shape: Shape
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    labels: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Field:
    """A cell of a heat map: its text says all that its colour says. `colour` None: nothing to tell by colour."""

    text: str
    colour: str | None = None


@dataclass(frozen=True)
class HeatMap:
    """Rows by columns; None where a row has nothing in a column. `legend` are what the colours mean."""

    key: str
    title: str
    alt: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    fields: tuple[tuple[Field | None, ...], ...]
    legend: tuple[tuple[str, str], ...]
    note: str = ""


def charts(report: ConsolidatedReport) -> tuple[Chart | HeatMap, ...]:
    """All that have something to show, in the order in which they are printed."""
    drawn: tuple[Chart | HeatMap, ...] = (months(report), channels(report), agencies(report), heat(report))
    return tuple(one for one in drawn if (one.rows if isinstance(one, HeatMap) else one.categories))


def months(report: ConsolidatedReport) -> Chart:
    """In time, late and overdue, month by month."""
    kept = [(line.month, line.totals.explicit) for line in report.months]
    names = ("met", "met_late", "overdue")
    told = "; ".join(f"{period(month)}: {_told(counts, names)}" for month, counts in kept if counts.expected)
    return Chart(
        "chart-months",
        "Kỳ thực hiện đúng hạn, trễ hạn, quá hạn theo tháng",
        f"Biểu đồ cột chồng, số kỳ thực hiện theo tháng ({NUMBERED}). {told}.",
        Shape.COLUMNS,
        tuple(month[5:] if month.startswith(f"{report.year}-") else month for month, _ in kept),
        _series((counts for _, counts in kept), names),
        tuple(str(sum(getattr(counts, name) for name in names)) for _, counts in kept),
        f"Trục ngang: tháng của năm {report.year}. Chỉ tính {NUMBERED}.",
    )


def channels(report: ConsolidatedReport) -> Chart:
    """Outputs, channel by channel."""
    lines = by_channel(report)[:MOST_ROWS]
    told = "; ".join(f"{title}: {outputs}" for title, outputs in lines)
    return Chart(
        "chart-channels",
        "Sản phẩm theo kênh",
        f"Biểu đồ thanh, số sản phẩm đã ghi nhận theo kênh. {told}.",
        Shape.BARS,
        tuple(title for title, _ in lines),
        (Series("Sản phẩm", OUTPUTS, tuple(outputs for _, outputs in lines)),),
        tuple(str(outputs) for _, outputs in lines),
    )


def agencies(report: ConsolidatedReport) -> Chart:
    """How much of what each agency owes is done in time, done late, overdue, or has time yet."""
    lines, left = _most_telling(report)
    counts = [line.totals.explicit for line in lines]
    told = "; ".join(f"{line.short_name}: {done(line.totals.explicit)}/{owed(line.totals.explicit)}" for line in lines)
    return Chart(
        "chart-agencies",
        "Mức độ hoàn thành theo cơ quan, đơn vị",
        f"Biểu đồ thanh chồng, số kỳ đã thực hiện trên số kỳ phải thực hiện ({NUMBERED}). {told}.",
        Shape.SHARES,
        tuple(line.short_name for line in lines),
        _series(counts, ("met", "met_late", "overdue", "open")),
        tuple(f"{done(one)}/{owed(one)} ({rate(completion(one))})" for one in counts),
        f"Bên phải: số kỳ đã thực hiện / số kỳ phải thực hiện. Chỉ tính {NUMBERED}.{left}",
    )


def heat(report: ConsolidatedReport) -> HeatMap:
    """Agency by month: done of owed, marked where late or overdue."""
    lines, left = _most_telling(report)
    ending: dict[tuple[str, str], list[OccurrenceLine]] = defaultdict(list)
    for line in report.occurrences:
        if line.count is not Count.IMPLIED:
            ending[line.agency, line.month].append(line)
    columns = tuple(line.month for line in report.months)
    overdue = sum(any(o.state is State.OVERDUE for o in found) for found in ending.values())
    return HeatMap(
        "chart-heat",
        "Cơ quan, đơn vị theo tháng",
        f"Bảng nhiệt, số kỳ đã thực hiện trên số kỳ phải thực hiện của từng cơ quan, đơn vị trong từng tháng "
        f"({NUMBERED}). {quantity(overdue)} ô có kỳ quá hạn.",
        tuple(line.short_name for line in lines),
        tuple(month[5:] if month.startswith(f"{report.year}-") else month for month in columns),
        tuple(tuple(_field(ending.get((line.id, month))) for month in columns) for line in lines),
        (
            ("Đúng hạn", COLOURS["met"]),
            ("* có kỳ trễ hạn", COLOURS["met_late"]),
            ("! có kỳ quá hạn", COLOURS["overdue"]),
        ),
        f"Mỗi ô: số kỳ đã thực hiện / số kỳ phải thực hiện, theo tháng mà kỳ kết thúc theo kế hoạch; ô trắng: còn "
        f"trong hạn hoặc được miễn (m). Chỉ tính {NUMBERED}.{left}",
    )


def _most_telling(report: ConsolidatedReport) -> tuple[list[AgencyLine], str]:
    """The agencies that owe, in the plan's order; of too many those with most overdue, and a sentence on that."""
    owing = [line for line in report.agencies if owed(line.totals.explicit)]
    if len(owing) <= MOST_ROWS:
        return owing, ""
    worst = sorted(owing, key=lambda line: (-line.totals.explicit.overdue, completion(line.totals.explicit) or 0))
    chosen = {line.id for line in worst[:MOST_ROWS]}
    return (
        [line for line in owing if line.id in chosen],
        f" Chỉ nêu {quantity(MOST_ROWS)} trong {quantity(len(owing))} cơ quan, đơn vị còn nhiều kỳ quá hạn nhất.",
    )


def _field(lines: list[OccurrenceLine] | None) -> Field | None:
    if not lines:
        return None
    states = [line.state for line in lines]
    owing = [state for state in states if state is not State.EXCUSED]
    if not owing:
        return Field("m")
    made = sum(state in (State.MET, State.MET_LATE) for state in owing)
    text = f"{made}/{len(owing)}"
    if State.OVERDUE in owing:
        return Field(f"{text}!", COLOURS["overdue"])
    if made < len(owing):
        return Field(text)
    return Field(f"{text}*", COLOURS["met_late"]) if State.MET_LATE in owing else Field(text, COLOURS["met"])


def _series(counts: Iterable[Counts], names: tuple[str, ...]) -> tuple[Series, ...]:
    counts = tuple(counts)
    return tuple(Series(COUNTS[name], COLOURS[name], tuple(getattr(one, name) for one in counts)) for name in names)


def _told(counts: Counts, names: tuple[str, ...]) -> str:
    return ", ".join(f"{COUNTS[name].lower()} {getattr(counts, name)}" for name in names)
