"""The running text of the consolidated report: sentences that figures can give, and gaps for the officer."""

from collections import Counter
from collections.abc import Iterator

from services.reports.renderings import comparing, listings, summaries, wording
from services.reports.renderings.directory import Directory
from services.reports.renderings.markdown import ITEM, paragraphs
from services.reports.renderings.paper import Block, Kind, Run
from services.reports.renderings.table import Table
from services.reports.renderings.wording import quantity
from services.reports.rules import completion, done, owed, punctuality
from shared.contracts.ledger import State
from shared.contracts.narrative import Part
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, Counts, DutyLine

NAMED_AT_MOST = 3
ANNEX_II = "Phụ lục\N{NO-BREAK SPACE}II"


def directing(report: ConsolidatedReport) -> Iterator[Block]:
    """I. What was planned; how it was directed is the officer's to tell."""
    yield _body(
        f"Thực hiện {report.title}{_reference(report)}, {report.coordinator.name} đã theo dõi, đôn đốc, tổng hợp "
        f"kết quả thực hiện của các cơ quan, đơn vị, địa phương. {wording.as_of(report.as_of)}."
    )
    if report.reporting.lines:
        yield _body(_reported(report))
    yield from _part(report, Part.DIRECTING, "việc ban hành văn bản chỉ đạo, hướng dẫn; công tác phối hợp, kiểm tra")


def results(report: ConsolidatedReport) -> Iterator[Block]:
    """II. A heading for each group of duties, with the figures of each duty."""
    totals = report.totals
    yield _body(
        f"Kế hoạch ấn định {quantity(totals.explicit.expected)} kỳ thực hiện trong năm. Ngoài ra có "
        f"{quantity(totals.implied.expected)} kỳ của các nhiệm vụ mà kế hoạch không ấn định số lượng, tính tối thiểu "
        "01 kỳ mỗi nhiệm vụ. Hai nhóm được thống kê riêng, không cộng chung."
    )
    yield _table(summaries.totals(report))
    yield from map(_table, comparing.totals(report))
    known = Directory(report)
    for number, group in enumerate(report.groups, 1):
        yield Block(Kind.HEADING, f"{number}. {group.title or 'Nhiệm vụ khác'}")
        for duty in report.duties:
            if duty.heading == group.id:
                yield _body(_duty(duty, known))
    yield Block(Kind.HEADING, f"{len(report.groups) + 1}. Sản phẩm, nội dung và kênh tuyên truyền")
    yield from map(_table, comparing.outputs(report))
    yield _table(summaries.topics(report))
    yield _table(summaries.channels(report))
    yield from map(_table, summaries.flags(report))


def assessment(report: ConsolidatedReport) -> Iterator[Block]:
    """III. What the figures say of strengths and shortcomings; reasons are the officer's."""
    explicit, late = report.totals.explicit, report.totals.explicit.met_late
    if report.comparison:
        yield _body(comparing.sentence(report))
    yield Block(Kind.HEADING, "1. Ưu điểm")
    yield _body(
        f"Trong các kỳ được kế hoạch ấn định, đã thực hiện {_of(done(explicit), owed(explicit))} kỳ phải thực hiện "
        f"trong năm (tỷ lệ hoàn thành: {wording.rate(completion(explicit))}); tỷ lệ đúng hạn trong các kỳ đã thực hiện "
        f"hoặc quá hạn: {wording.rate(punctuality(explicit))}."
    )
    yield from map(_table, listings.notable(report))
    yield from _part(report, Part.QUALITY, "đánh giá chất lượng, mô hình hay, cách làm hiệu quả")
    yield Block(Kind.HEADING, "2. Hạn chế")
    overdue = [line for line in report.occurrences if line.state is State.OVERDUE]
    bodies = len({line.agency for line in overdue})
    yield _body(
        f"Còn {quantity(explicit.overdue)} kỳ quá hạn trong nhóm được ấn định và "
        f"{quantity(report.totals.implied.overdue)} kỳ quá hạn trong nhóm không ấn định số lượng, thuộc "
        f"{quantity(bodies)} cơ quan, đơn vị ({ANNEX_II}); {quantity(late)} kỳ được ấn định đã thực hiện nhưng trễ hạn."
        if overdue
        else f"Không còn kỳ thực hiện quá hạn; {quantity(late)} kỳ được ấn định đã thực hiện nhưng trễ hạn."
    )
    yield from _part(report, Part.SHORTCOMINGS, "hạn chế khác")
    yield Block(Kind.HEADING, "3. Nguyên nhân")
    yield from _part(report, Part.CAUSES, "nguyên nhân khách quan, chủ quan")


def outlook(report: ConsolidatedReport) -> Iterator[Block]:
    """IV. Nothing that figures can tell."""
    yield from _part(report, Part.OUTLOOK, "phương hướng, nhiệm vụ trọng tâm năm sau")


def proposals(report: ConsolidatedReport) -> Iterator[Block]:
    """V. The officer's proposals, and the closing sentence."""
    yield from _part(report, Part.PROPOSALS, "kiến nghị, đề xuất; nếu không có thì ghi “Không”")
    yield _body(f"{report.coordinator.name} kính báo cáo {report.recipient.name} xem xét, chỉ đạo./.")


def gap(what: str) -> Block:
    """A place that the officer fills."""
    return Block(Kind.GAP, f"[Cán bộ tổng hợp bổ sung: {what}]")


def _part(report: ConsolidatedReport, part: Part, what: str) -> Iterator[Block]:
    """What an officer wrote, or the place where it is to be written."""
    said = [one for line in report.narrative if line.id is part for one in paragraphs(line.text or "")]
    for one in said:
        runs = (Run(ITEM), *one.runs) if one.item else one.runs
        yield Block(Kind.BODY, one.text, runs=runs)
    if not said:
        yield gap(what)


def _reported(report: ConsolidatedReport) -> str:
    states = Counter(line.state for line in report.reporting.lines)
    sent = states[State.MET] + states[State.MET_LATE]
    excused = f", {quantity(states[State.EXCUSED])} cơ quan, đơn vị được miễn" if states[State.EXCUSED] else ""
    due = len(report.reporting.lines) - states[State.EXCUSED]
    late = f" (trong đó {quantity(states[State.MET_LATE])} gửi trễ hạn)" if states[State.MET_LATE] else ""
    missing = f"{quantity(due - sent)} cơ quan, đơn vị chưa gửi" if due > sent else "không còn cơ quan, đơn vị chưa gửi"
    return (
        f"Đã có {_of(sent, due)} cơ quan, đơn vị gửi báo cáo kết quả thực hiện về {report.coordinator.name}{late}; "
        f"{missing}{excused} ({ANNEX_II})."
    )


def _duty(duty: DutyLine, known: Directory) -> str:
    who = _performers(duty, known)
    if duty.count is Count.NONE and not duty.expected:
        return (
            f"- {duty.title} ({who}): thực hiện thường xuyên, không ấn định số lượng; đã ghi nhận "
            f"{quantity(duty.outputs)} sản phẩm; tỷ lệ hoàn thành: {wording.NOT_APPLICABLE}."
        )
    implied = ", tính tối thiểu vì kế hoạch không ấn định số lượng" if duty.count is Count.IMPLIED else ""
    extra = f"; {quantity(duty.extra)} sản phẩm ngoài số kỳ quy định" if duty.extra else ""
    return (
        f"- {duty.title} ({who}): {quantity(duty.expected)} kỳ trong năm{implied}; {_figures(duty)}; "
        f"tỷ lệ hoàn thành: {wording.rate(completion(duty))}{extra}."
    )


def _figures(counts: Counts) -> str:
    return (
        f"đã đến hạn {quantity(counts.expected_to_date)}; đúng hạn {quantity(counts.met)}, "
        f"trễ hạn {quantity(counts.met_late)}, quá hạn {quantity(counts.overdue)}, "
        f"được miễn {quantity(counts.excused)}, còn trong hạn {quantity(counts.open)}"
    )


def _performers(duty: DutyLine, known: Directory) -> str:
    if len(duty.performers) > NAMED_AT_MOST:
        return f"{quantity(len(duty.performers))} cơ quan, đơn vị thực hiện"
    joint = "cùng thực hiện: " if duty.joint else ""
    return joint + ", ".join(known.agency_short(each) for each in duty.performers)


def _reference(report: ConsolidatedReport) -> str:
    number = f" số {report.number}" if report.number else " (số, ngày ban hành: [bổ sung])"
    issued = f" ngày {wording.day(report.issued_on)}" if report.issued_on else ""
    return number + (issued if report.number else "")


def _of(part: int, whole: int) -> str:
    return f"{quantity(part)}/{quantity(whole)}"


def _body(text: str) -> Block:
    return Block(Kind.BODY, text)


def _table(table: Table) -> Block:
    return Block(Kind.TABLE, table=table)
