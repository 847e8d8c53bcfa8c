"""Agency × duty: in long form for the spreadsheet, as a grid for the annex."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from services.reports.counted import counts_of
from services.reports.renderings.summaries import GROUPS, UNCOUNTED
from services.reports.renderings.table import COUNT_COLUMNS, COUNT_NOTE, Cell, Column, Table, count_cells
from services.reports.rules import completion
from shared.contracts.ledger import State
from shared.contracts.report import ConsolidatedReport, DutyLine, OccurrenceLine
from shared.vietnamese import period

# As many duties as fit beside the names on a landscape A4 page.
DUTIES_A_GRID = 14
JOINTLY = "chung"


class _Pairs:
    """What each agency owes and registered of each duty."""

    def __init__(self, report: ConsolidatedReport) -> None:
        self.owed: dict[tuple[str, str], list[OccurrenceLine]] = defaultdict(list)
        self.made: dict[tuple[str, str], int] = {}
        self.shared: set[tuple[str, str]] = set()
        for line in report.occurrences:
            self.owed[line.agency, line.duty].append(line)
            self.shared |= {(partner, line.duty) for partner in line.jointly_with}
        for pair in report.pairs:
            self.made[pair.agency, pair.duty] = pair.outputs


_Cell = Callable[[_Pairs, str, DutyLine], str]


def grids(report: ConsolidatedReport) -> list[Table]:
    """The annex: done of owed for counted duties, numbers of outputs for continuous ones."""
    known = _Pairs(report)
    counted = [duty for duty in report.duties if duty.expected]
    continuous = [duty for duty in report.duties if not duty.expected]
    return [
        *_grids(report, known, counted, _done, "Nhiệm vụ có tính kỳ (số kỳ đã thực hiện / số kỳ phải thực hiện)"),
        *_grids(report, known, continuous, _made, "Nhiệm vụ thường xuyên (số sản phẩm đã ghi nhận)"),
    ]


def _grids(
    report: ConsolidatedReport, known: _Pairs, duties: list[DutyLine], cell: _Cell, title: str
) -> Iterator[Table]:
    parts = [duties[start : start + DUTIES_A_GRID] for start in range(0, len(duties), DUTIES_A_GRID)]
    for part, chunk in enumerate(parts, 1):
        filled = [
            (agency.name, cells)
            for agency in report.agencies
            if any(cells := [cell(known, agency.id, duty) for duty in chunk])
        ]
        yield Table(
            f"grid-{chunk[0].id}",
            title if len(parts) == 1 else f"{title}, bảng {part}/{len(parts)}",
            (
                Column("TT", 8),
                Column("Cơ quan, đơn vị", 58, "left"),
                *(Column(duty.id, max(13, 180 // DUTIES_A_GRID)) for duty in chunk),
            ),
            tuple((number, name, *cells) for number, (name, cells) in enumerate(filled, 1)),
            "; ".join(f"{duty.id}: {duty.title}" for duty in chunk) + ".",
        )


def _done(known: _Pairs, agency: str, duty: DutyLine) -> str:
    if (agency, duty.id) in known.shared:
        return JOINTLY
    lines = known.owed.get((agency, duty.id))
    if not lines:
        return ""
    excused = sum(line.state is State.EXCUSED for line in lines)
    done = sum(line.state in (State.MET, State.MET_LATE) for line in lines)
    return f"{done}/{len(lines) - excused}"


def _made(known: _Pairs, agency: str, duty: DutyLine) -> str:
    made = known.made.get((agency, duty.id), 0)
    return str(made) if made or agency in duty.performers else ""


def pairs(report: ConsolidatedReport) -> Table:
    """Agency × duty, a row for each pair that owes or registered something."""
    known = _Pairs(report)
    rows: list[tuple[Cell, ...]] = []
    for agency in report.agencies:
        for duty in report.duties:
            pair = (agency.id, duty.id)
            owed, made = known.owed.get(pair), known.made.get(pair, 0)
            if not owed and not made and agency.id not in duty.performers:
                continue
            figures = count_cells(counts_of(owed, report.as_of)) if owed else UNCOUNTED
            rows.append((agency.name, duty.id, duty.title, GROUPS[duty.count], *figures, made))
    return Table(
        "pairs",
        "Cơ quan × nhiệm vụ",
        (
            Column("Cơ quan, đơn vị", 42, "left"),
            Column("Mã", 20, "left"),
            Column("Nhiệm vụ", 46, "left"),
            Column("Nhóm", 30, "left"),
            *COUNT_COLUMNS,
            Column("Sản phẩm", 11),
        ),
        tuple(rows),
        COUNT_NOTE + " Kỳ cùng thực hiện chỉ tính ở cơ quan đứng đầu.",
    )


def rates(report: ConsolidatedReport) -> Table:
    """Agency × counted duty: how much of what is owed is done, for a heat map; empty where nothing is owed."""
    known = _Pairs(report)
    duties = [duty for duty in report.duties if duty.expected]
    return _rates(
        "rates",
        "Tỷ lệ hoàn thành theo cơ quan, đơn vị và nhiệm vụ",
        [duty.id for duty in duties],
        {
            agency.name: [_rate(known.owed.get((agency.id, duty.id)), report) for duty in duties]
            for agency in report.agencies
        },
    )


def month_rates(report: ConsolidatedReport) -> Table:
    """Agency × month, explicit and implied occurrences alike, since a rate of either is one of the other."""
    ending: dict[tuple[str, str], list[OccurrenceLine]] = defaultdict(list)
    for line in report.occurrences:
        ending[line.agency, line.month].append(line)
    months = [line.month for line in report.months]
    return _rates(
        "month-rates",
        "Tỷ lệ hoàn thành theo cơ quan, đơn vị và tháng",
        [period(month) for month in months],
        {agency.name: [_rate(ending.get((agency.id, m)), report) for m in months] for agency in report.agencies},
    )


def _rate(lines: list[OccurrenceLine] | None, report: ConsolidatedReport) -> Cell:
    return completion(counts_of(lines, report.as_of)) if lines else None


def _rates(key: str, title: str, labels: list[str], rows: dict[str, list[Cell]]) -> Table:
    return Table(
        key,
        title,
        (Column("Cơ quan, đơn vị", 58, "left"), *(Column(label, 12) for label in labels)),
        tuple((name, *cells) for name, cells in rows.items() if any(cell is not None for cell in cells)),
        "Tỷ lệ hoàn thành = (đúng hạn + trễ hạn) / (cả năm − được miễn). Ô trống: không có kỳ phải thực hiện.",
    )
