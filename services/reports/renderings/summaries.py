"""The tables of figures: totals, duties, agencies, months, topics, channels. Explicit and implied stay apart."""

from collections.abc import Iterable, Iterator

from services.reports.renderings import wording
from services.reports.renderings.table import COUNT_COLUMNS, COUNT_NOTE, NONE, Cell, Column, Table, count_cells
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, DutyLine
from shared.vietnamese import FLAGS, period

EXPLICIT = "Kế hoạch ấn định số lượng"
NO_CHANNEL = "Không nêu kênh"
IMPLIED = "Kế hoạch không ấn định số lượng (tính tối thiểu 01 kỳ)"
# A continuous duty expects no number, so a 0 would mislead.
UNCOUNTED: tuple[Cell, ...] = (NONE,) * 7 + (wording.NOT_APPLICABLE,)
GROUPS = {Count.EXPLICIT: EXPLICIT, Count.IMPLIED: IMPLIED, Count.NONE: "Thực hiện thường xuyên"}


def totals(report: ConsolidatedReport) -> Table:
    """The two totals, never added up."""
    return Table(
        "totals",
        "Tổng hợp chung",
        (Column("Nhóm nhiệm vụ", 46, "left"), *COUNT_COLUMNS),
        (
            (EXPLICIT, *count_cells(report.totals.explicit)),
            (IMPLIED, *count_cells(report.totals.implied)),
        ),
        COUNT_NOTE,
    )


def duties(report: ConsolidatedReport) -> Table:
    """Every duty of the plan; continuous ones have outputs alone."""
    return Table(
        "duties",
        "Kết quả theo nhiệm vụ",
        (
            Column("Mã", 17, "left"),
            Column("Nhiệm vụ", 46, "left"),
            Column("Nhóm", 26, "left"),
            *COUNT_COLUMNS,
            Column("Sản phẩm", 11),
            Column("Trong đó ngoài số kỳ quy định", 16),
        ),
        tuple(
            (duty.id, duty.title, GROUPS[duty.count], *_duty_cells(duty), duty.outputs, duty.extra)
            for duty in report.duties
        ),
        COUNT_NOTE,
    )


def agencies(report: ConsolidatedReport) -> Table:
    """Every agency that owes or registered something, its two groups apart."""
    return Table(
        "agencies",
        "Kết quả theo cơ quan, đơn vị",
        (
            Column("TT", 7),
            Column("Cơ quan, đơn vị", 46, "left"),
            Column("Nhóm", 26, "left"),
            *COUNT_COLUMNS,
            Column("Sản phẩm", 11),
        ),
        tuple(_agency_rows(report)),
        COUNT_NOTE + " Sản phẩm: do chính cơ quan đăng ký, gồm cả nhiệm vụ thường xuyên, chỉ ghi một lần.",
    )


def _duty_cells(duty: DutyLine) -> tuple[Cell, ...]:
    return count_cells(duty) if duty.expected or duty.count is not Count.NONE else UNCOUNTED


def _agency_rows(report: ConsolidatedReport) -> Iterable[tuple[Cell, ...]]:
    number = 0
    for agency in report.agencies:
        both = ((EXPLICIT, agency.totals.explicit), (IMPLIED, agency.totals.implied))
        rows = [(group, count_cells(counts)) for group, counts in both if counts.expected]
        if not rows and not agency.outputs:
            continue
        number += 1
        outputs: int | None = agency.outputs
        for group, cells in rows or [(GROUPS[Count.NONE], UNCOUNTED)]:
            yield number, agency.name, group, *cells, outputs
            outputs = None


def months(report: ConsolidatedReport, count: Count) -> Table:
    """Month by month, one group of duties."""
    group = GROUPS[count]
    return Table(
        f"months-{count}",
        group,
        (Column("Tháng", 18, "left"), *COUNT_COLUMNS),
        tuple(
            (
                period(line.month),
                *count_cells(line.totals.implied if count is Count.IMPLIED else line.totals.explicit),
            )
            for line in report.months
        ),
        "Kỳ thực hiện được tính vào tháng mà kỳ kết thúc theo kế hoạch.",
    )


def topics(report: ConsolidatedReport) -> Table:
    """The plan's topics and how often outputs covered them."""
    return Table(
        "topics",
        "Sản phẩm theo nội dung tuyên truyền",
        (Column("Mục", 12, "left"), Column("Nội dung", 120, "left"), Column("Số sản phẩm", 18)),
        tuple((topic.id, topic.title, topic.outputs) for topic in report.topics),
        "Một sản phẩm có thể thuộc nhiều nội dung.",
    )


def flags(report: ConsolidatedReport) -> Iterator[Table]:
    """What outputs were remarked for when they were registered, where any was."""
    rows = tuple((_capital(FLAGS[line.id]), line.outputs) for line in report.flags if line.outputs)
    if rows:
        yield Table(
            "flags",
            "Sản phẩm có lưu ý khi ghi nhận",
            (Column("Lưu ý", 70, "left"), Column("Số sản phẩm", 13)),
            rows,
            "Một sản phẩm có thể có nhiều lưu ý; lưu ý không loại sản phẩm khỏi kết quả.",
        )


def channels(report: ConsolidatedReport) -> Table:
    """The plan's channels and what went out on them."""
    return Table(
        "channels",
        "Sản phẩm theo kênh",
        (Column("Kênh", 70, "left"), Column("Số sản phẩm", 13)),
        by_channel(report),
    )


def by_channel(report: ConsolidatedReport) -> tuple[tuple[str, int], ...]:
    """Each channel with its outputs, and those that name none: together all that weren't sent back. Empty for a plan
    without channels."""
    told = tuple((channel.title, channel.outputs) for channel in report.channels)
    untold = report.outputs.standing - sum(count for _, count in told)
    return (*told, (NO_CHANNEL, untold)) if told and untold else told


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
