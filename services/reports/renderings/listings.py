"""The tables that list: who owes what, excuses, occurrences, outputs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from services.reports.renderings import wording
from services.reports.renderings.directory import Directory
from services.reports.renderings.summaries import GROUPS
from services.reports.renderings.table import NONE, Cell, Column, Table
from shared.contracts.ledger import State
from shared.contracts.report import ConsolidatedReport, OccurrenceLine, OutputLine
from shared.vietnamese import FLAGS, STATES, period


def owing(report: ConsolidatedReport) -> Table:
    """The overdue occurrences, a row for each agency and duty."""
    known = Directory(report)
    overdue: dict[tuple[tuple[str, ...], str], list[OccurrenceLine]] = defaultdict(list)
    for line in report.occurrences:
        if line.state is State.OVERDUE:
            overdue[(line.agency, *line.jointly_with), line.duty].append(line)
    place = {agency.id: position for position, agency in enumerate(report.agencies)}
    ordered = sorted(overdue.items(), key=lambda item: place[item[0][0][0]])
    return Table(
        "owing",
        "Cơ quan, đơn vị còn kỳ thực hiện quá hạn",
        (
            Column("TT", 8),
            Column("Cơ quan, đơn vị", 42, "left"),
            Column("Mã", 20, "left"),
            Column("Nhiệm vụ", 46, "left"),
            Column("Số kỳ quá hạn", 14),
            Column("Các kỳ quá hạn (hạn ghi nhận)", 60, "left"),
        ),
        tuple(
            (
                position,
                known.performers(bodies[0], bodies[1:]),
                duty,
                known.duty(duty),
                len(lines),
                "; ".join(f"{period(line.period)} ({wording.day(line.register_by)})" for line in lines),
            )
            for position, ((bodies, duty), lines) in enumerate(ordered, 1)
        ),
        empty="Không có cơ quan, đơn vị nào còn kỳ thực hiện quá hạn.",
    )


def excuses(report: ConsolidatedReport) -> Table:
    """Exemptions, nothing-to-report and extensions, with their documents."""
    known = Directory(report)
    return Table(
        "excuses",
        "Kỳ thực hiện được miễn, không phát sinh hoặc được gia hạn",
        (
            Column("Hình thức", 26, "left"),
            Column("Cơ quan, đơn vị", 42, "left"),
            Column("Mã", 20, "left"),
            Column("Kỳ", 22, "left"),
            Column("Gia hạn đến", 20),
            Column("Văn bản", 28, "left"),
            Column("Người duyệt", 26, "left"),
            Column("Lý do", 46, "left"),
        ),
        tuple(
            (
                wording.EXCUSES[line.kind],
                known.agency(line.agency),
                line.duty,
                period(line.period),
                line.until,
                line.document,
                line.approver,
                line.reason,
            )
            for line in report.excuses
        ),
        empty="Không có kỳ thực hiện nào được miễn hoặc gia hạn.",
    )


def notable(report: ConsolidatedReport) -> Iterator[Table]:
    """The outputs that an officer found worth naming, where there are such."""
    known = Directory(report)
    if report.notable:
        yield Table(
            "notable",
            "Sản phẩm tiêu biểu",
            (
                Column("TT", 8),
                Column("Tên sản phẩm", 42, "left"),
                Column("Cơ quan, đơn vị", 26, "left"),
                Column("Ngày đăng, phát", 21),
                Column("Lý do lựa chọn", 36, "left"),
                Column("Liên kết", 48, "left"),
            ),
            tuple(
                (
                    position,
                    line.title,
                    known.agency_short(line.agency),
                    line.published_on,
                    line.reason,
                    line.url or NONE,
                )
                for position, line in enumerate(report.notable, 1)
            ),
        )


# As said of a report that an agency owes.
_REPORTED = {
    State.UPCOMING: "Chưa đến kỳ báo cáo",
    State.OPEN: "Chưa gửi, còn trong hạn",
    State.MET: "Đã gửi đúng hạn",
    State.MET_LATE: "Đã gửi trễ hạn",
    State.OVERDUE: "Chưa gửi, quá hạn",
    State.EXCUSED: "Được miễn",
}


def reporting(report: ConsolidatedReport) -> Iterator[Table]:
    """Who sent a report of their own and who didn't, where the plan asks for one."""
    known = Directory(report)
    if report.reporting.lines:
        yield Table(
            "reporting",
            "Báo cáo kết quả thực hiện của các cơ quan, đơn vị",
            (
                Column("TT", 8),
                Column("Cơ quan, đơn vị", 90, "left"),
                Column("Kỳ", 24, "left"),
                Column("Tình trạng", 40, "left"),
                Column("Ngày ghi nhận", 24),
            ),
            tuple(
                (position, known.agency(line.agency), period(line.period), _REPORTED[line.state], line.registered_on)
                for position, line in enumerate(report.reporting.lines, 1)
            ),
        )


def occurrences(report: ConsolidatedReport) -> Table:
    """Every occurrence as it stands."""
    known = Directory(report)
    return Table(
        "occurrences",
        "Kỳ thực hiện",
        (
            Column("Mã", 20, "left"),
            Column("Nhiệm vụ", 46, "left"),
            Column("Cơ quan, đơn vị", 42, "left"),
            Column("Kỳ", 20, "left"),
            Column("Nhóm", 30, "left"),
            Column("Từ ngày", 16),
            Column("Đến ngày", 16),
            Column("Hạn ghi nhận", 16),
            Column("Tình trạng", 20, "left"),
            Column("Ngày ghi nhận", 16),
            Column("Số sản phẩm", 12),
            Column("Lưu ý khi ghi nhận", 30, "left"),
        ),
        tuple(
            (
                line.duty,
                known.duty(line.duty),
                known.performers(line.agency, line.jointly_with),
                period(line.period),
                GROUPS[line.count],
                line.start,
                line.end,
                line.register_by,
                STATES[line.state],
                line.registered_on,
                line.outputs,
                ", ".join(FLAGS[flag] for flag in line.flags),
            )
            for line in report.occurrences
        ),
    )


OUTPUT_COLUMNS = (
    Column("Tên sản phẩm", 60, "left"),
    Column("Cơ quan, đơn vị", 42, "left"),
    Column("Mã", 20, "left"),
    Column("Kỳ", 20, "left"),
    Column("Ngày đăng, phát", 16),
    Column("Ngày ghi nhận", 16),
    Column("Kênh", 26, "left"),
    Column("Thời lượng (phút)", 14),
    Column("Nội dung", 20, "left"),
    Column("Liên kết", 46, "left"),
    Column("Lưu ý khi ghi nhận", 30, "left"),
    Column("Kết quả xem xét", 22, "left"),
)


def output_rows(report: ConsolidatedReport, outputs: Iterable[OutputLine]) -> Iterator[tuple[Cell, ...]]:
    """A row for each output, one by one: there may be more than memory holds."""
    known = Directory(report)
    for line in outputs:
        yield (
            line.title,
            known.agency(line.agency),
            line.duty,
            period(line.period),
            line.published_on,
            line.registered_on,
            known.channel(line.channel),
            line.duration_minutes,
            ", ".join(line.topics),
            line.url,
            ", ".join(FLAGS[flag] for flag in line.flags),
            "Trả lại để chỉnh sửa" if line.needs_fix else "",
        )
