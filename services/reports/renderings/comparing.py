"""This report's figures beside another's, with what is more (+) or less (−). Nothing where nothing is compared."""

from collections.abc import Iterator

from services.reports.renderings import wording
from services.reports.renderings.summaries import EXPLICIT, IMPLIED
from services.reports.renderings.table import COUNT_COLUMNS, NONE, Cell, Change, Column, Table, count_cells
from services.reports.renderings.wording import quantity
from services.reports.rules import completion, done
from shared.contracts.report import ComparedDuty, Comparison, ConsolidatedReport, Counts, DutyLine

NOW, BEFORE, CHANGE = "Kỳ báo cáo", "Kỳ so sánh", "Tăng, giảm"


def totals(report: ConsolidatedReport) -> Iterator[Table]:
    """The two totals, three rows each."""
    other = report.comparison
    if other is None:
        return
    pairs = (
        (EXPLICIT, report.totals.explicit, other.totals.explicit),
        (IMPLIED, report.totals.implied, other.totals.implied),
    )
    yield Table(
        "comparison",
        f"So sánh với số liệu tính đến ngày {wording.day(other.as_of)}",
        (Column("Nhóm nhiệm vụ", 40, "left"), Column("Số liệu", 24, "left"), *COUNT_COLUMNS),
        tuple(row for label, now, before in pairs for row in _three(label, now, before)),
        _note(report, other) + " Tỷ lệ hoàn thành tăng, giảm theo điểm phần trăm.",
    )


def outputs(report: ConsolidatedReport) -> Iterator[Table]:
    """What was recorded, sent back, and counts; beside the other report's where there is one."""
    now, other = report.outputs, report.comparison
    before = other and other.outputs
    if not now.recorded and not (before and before.recorded):
        return
    labels = {
        "recorded": "Đã ghi nhận",
        "sent_back": "Trong đó trả lại để chỉnh sửa, không tính vào kết quả",
        "standing": "Được tính vào kết quả",
    }
    heads = ("Số sản phẩm",) if before is None else (NOW, BEFORE, CHANGE)
    yield Table(
        "outputs",
        "Sản phẩm đã ghi nhận",
        (Column("Sản phẩm", 70, "left"), *(Column(head, 13) for head in heads)),
        tuple(
            (label, *_beside(getattr(now, name), getattr(before, name) if before else None)[: len(heads)])
            for name, label in labels.items()
        ),
    )


def duties(report: ConsolidatedReport) -> Iterator[Table]:
    """Duty by duty, matched by id: done, overdue, outputs."""
    other = report.comparison
    if other is None:
        return
    known = {duty.id: duty for duty in other.duties}
    heads = ("Đã thực hiện", "Quá hạn", "Sản phẩm")
    alone = ", ".join(name for name in known if name not in {duty.id for duty in report.duties})
    yield Table(
        "comparison-duties",
        f"So sánh theo nhiệm vụ với số liệu tính đến ngày {wording.day(other.as_of)}",
        (
            Column("Mã", 17, "left"),
            Column("Nhiệm vụ", 60, "left"),
            *(Column(f"{head}: {each[:1].lower()}{each[1:]}", 18) for head in heads for each in (NOW, BEFORE, CHANGE)),
        ),
        tuple((duty.id, duty.title, *_duty(duty, known.get(duty.id))) for duty in report.duties),
        _note(report, other)
        + f" Dấu {NONE}: không có nhiệm vụ này trong kỳ so sánh, hoặc nhiệm vụ không tính kỳ."
        + (f" Nhiệm vụ chỉ có trong kỳ so sánh: {alone}." if alone else ""),
    )


def sentence(report: ConsolidatedReport) -> str:
    """What grew and what fell, the two groups apart; only for a report that is compared."""
    other = report.comparison
    assert other is not None
    now, before = report.totals, other.totals
    return (
        f"So với số liệu tính đến ngày {wording.day(other.as_of)}{_whose(report, other)}: "
        f"nhóm được ấn định có {_moved_counts(now.explicit, before.explicit)}; "
        f"nhóm không ấn định số lượng có {_moved_counts(now.implied, before.implied)}; "
        f"số sản phẩm được tính vào kết quả {_moved(report.outputs.standing, other.outputs.standing)}."
    )


def _three(label: str, now: Counts, before: Counts) -> Iterator[tuple[Cell, ...]]:
    first, second = count_cells(now), count_cells(before)
    yield label, NOW, *first
    yield label, BEFORE, *second
    figures = (getattr(now, name) - getattr(before, name) for name in wording.COUNTS)
    rates = completion(now), completion(before)
    points = NONE if rates[0] is None or rates[1] is None else Change(wording.tenths(rates[0], rates[1]), tenths=True)
    yield label, CHANGE, *(Change(figure) for figure in figures), points


def _duty(now: DutyLine, before: ComparedDuty | None) -> Iterator[Cell]:
    counted, was_counted = bool(now.expected), before is not None and bool(before.expected)
    yield from _beside(done(now) if counted else None, done(before) if before and was_counted else None)
    yield from _beside(now.overdue if counted else None, before.overdue if before and was_counted else None)
    yield from _beside(now.outputs, before.outputs if before else None)


def _beside(now: int | None, before: int | None) -> list[Cell]:
    change = NONE if now is None or before is None else Change(now - before)
    return [NONE if now is None else now, NONE if before is None else before, change]


def _moved_counts(now: Counts, before: Counts) -> str:
    return f"số kỳ đã thực hiện {_moved(done(now), done(before))}, số kỳ quá hạn {_moved(now.overdue, before.overdue)}"


def _moved(now: int, before: int) -> str:
    if now == before:
        return f"không đổi ({quantity(now)})"
    way = ("tăng", "lên") if now > before else ("giảm", "xuống")
    return f"{way[0]} {quantity(abs(now - before))} (từ {quantity(before)} {way[1]} {quantity(now)})"


def _whose(report: ConsolidatedReport, other: Comparison) -> str:
    return "" if other.plan == report.plan else f" của {other.title}"


def _note(report: ConsolidatedReport, other: Comparison) -> str:
    return (
        f"{NOW}: số liệu tính đến ngày {wording.day(report.as_of)}. "
        f"{BEFORE}: số liệu tính đến ngày {wording.day(other.as_of)}{_whose(report, other)}."
    )
