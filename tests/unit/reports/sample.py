"""A small invented plan for the tests of the reports service: every kind of duty, and a year's accounts."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from services.reports.build_report import View, build_report
from services.reports.duty_lines import Duties
from services.reports.output_lines import output_line
from services.reports.tallies import tallies_of
from shared import periods
from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.ledger import Account, Assigned, Excused, Extended, Fact
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed, Submission
from shared.contracts.plan import (
    Agency,
    Contact,
    Count,
    Duty,
    Frequency,
    PlanPublished,
    ReportForm,
)
from shared.contracts.report import ConsolidatedReport, OutputLine

PLAN_ID = "mau-2023"
AS_OF = date(2023, 11, 29)


def agency(name: str, title: str, short: str, kind: str, parent: str | None = None) -> Agency:
    """An agency of the sample province."""
    return Agency(id=name, kind=kind, name=title, short_name=short, parent=parent)


AGENCIES = (
    agency("ubnd", "Ủy ban nhân dân tỉnh Mẫu", "UBND tỉnh Mẫu", "recipient"),
    agency("stttt", "Sở Thông tin và Truyền thông", "Sở TT&TT", "department", "ubnd"),
    agency("snv", "Sở Nội vụ", "Sở Nội vụ", "department", "ubnd"),
    agency("bao", "Báo Mẫu", "Báo Mẫu", "press"),
    agency("dai", "Đài Phát thanh và Truyền hình tỉnh", "Đài PT-TH", "press"),
    agency("tt-nui", "Trung tâm Truyền thông - Văn hóa - Thể thao huyện Núi", "TTTT huyện Núi", "centre"),
    agency("tt-bien", "Trung tâm Truyền thông - Văn hóa - Thể thao huyện Biển", "TTTT huyện Biển", "centre"),
)


def duty(name: str, title: str, heading: str, frequency: Frequency, *performers: str, **more: object) -> Duty:
    """A duty of the sample plan; explicit unless told otherwise."""
    given: dict[str, object] = {"count": Count.EXPLICIT, "lead": performers[0], **more}
    return Duty.model_validate(
        {
            "id": name,
            "clause": name,
            "title": title,
            "heading": heading,
            "frequency": frequency,
            "performers": performers,
            **given,
        }
    )


DUTIES = (
    duty(
        "III.2",
        "Tin cải cách hành chính trên trang thông tin điện tử",
        "web",
        Frequency.CONTINUOUS,
        "stttt",
        "snv",
        count=Count.NONE,
        channel="web",
    ),
    duty("III.5", 'Bản tin số "Cải cách hành chính"', "web", Frequency.MONTHLY, "stttt", channel="web"),
    duty("III.8", "Tập huấn cho cán bộ", "training", Frequency.YEARLY, "snv", count=Count.IMPLIED),
    duty("III.10", "Chuyên mục phát thanh", "press", Frequency.WEEKLY, "dai", channel="radio"),
    duty("III.11", "Phát thanh cơ sở", "press", Frequency.MONTHLY, "tt-nui", "tt-bien", channel="radio"),
    duty("V.7", "Tọa đàm", "press", Frequency.YEARLY, "bao", "dai", count=Count.IMPLIED, joint=True),
    duty("IV.1", "Hướng dẫn tuyên truyền", "training", Frequency.QUARTERLY, "stttt"),
)

PLAN = PlanPublished(
    plan=PLAN_ID,
    revision=1,
    day=date(2023, 1, 3),
    year=2023,
    title="Kế hoạch tuyên truyền cải cách hành chính năm 2023 trên địa bàn tỉnh Mẫu",
    number=None,
    issued_on=None,
    coordinator="stttt",
    recipient="ubnd",
    time_zone="Asia/Ho_Chi_Minh",
    effective_from=date(2023, 1, 1),
    chase_from=date(2023, 1, 1),
    contact=Contact(name="Phòng Thông tin (mẫu)", phone="0000 000 000", email="ttbcxb@stttt.example"),
    report=ReportForm(
        place="Mẫu",
        number_suffix="BC-STTTT",
        receivers=("Ủy ban nhân dân tỉnh (b/c)", "Sở Nội vụ", "Giám đốc, các Phó Giám đốc"),
        archive="VT, TTBCXB",
    ),
    kinds={"department": "Sở, ban, ngành", "press": "Cơ quan báo chí", "centre": "Trung tâm", "recipient": "UBND"},
    headings={
        "web": "Cổng, trang thông tin điện tử và nền tảng số",
        "training": "Tập huấn, hướng dẫn",
        "press": "Báo chí và hệ thống thông tin cơ sở",
    },
    topics={"II.1": "Quan điểm, chủ trương của Đảng, chính sách của Nhà nước", "II.7": "Dịch vụ công trực tuyến"},
    channels={"web": "Cổng, trang thông tin điện tử", "radio": "Phát thanh"},
    agencies=AGENCIES,
    duties=DUTIES,
    days_off=(),
    days_on=(),
    notes=("V.6: kinh phí, không có sản phẩm truyền thông (mẫu).",),
)


def plan_with(**changes: object) -> PlanPublished:
    """The sample plan with something else in it; validated, since what a plan looked up goes with a copy."""
    return PlanPublished.model_validate({**PLAN.model_dump(), **changes})


def year_of_accounts() -> Iterator[tuple[Account, OutputRecorded | None]]:
    """Every occurrence of the sample plan in 2023; each eighth late, each eleventh never, one excused, one moved."""
    position = 0
    for task in DUTIES:
        if task.frequency is Frequency.CONTINUOUS:
            continue
        bodies = task.performers[:1] if task.joint else task.performers
        for body in bodies:
            for period in periods.of_year(2023, task.frequency):
                position += 1
                yield _account(task, body, period, position)


def _account(task: Duty, body: str, period: periods.Period, position: int) -> tuple[Account, OutputRecorded | None]:
    key = OccurrenceKey(plan=PLAN_ID, duty=task.id, agency=body, period=period.name)
    register_by = period.end + timedelta(days=7)
    facts: list[Fact] = [
        Assigned(
            event=f"assigned/{key}",
            day=PLAN.day,
            revision=1,
            start=period.start,
            end=period.end,
            register_by=register_by,
            jointly_with=task.performers[1:] if task.joint else (),
        )
    ]
    paper = {"approver": "Lãnh đạo Sở (mẫu)", "document": "123/STTTT", "reason": "mẫu", "day": period.start}
    if position == 5:
        facts.append(Excused(event="x", revision=2, kind=ExcuseKind.NOTHING_TO_REPORT, **paper))
    if position == 7:
        facts.append(Extended(event="y", revision=3, end=date(2023, 12, 15), register_by=date(2023, 12, 22), **paper))
    if position in (5, 7) or position % 11 == 0:
        return Account(key, frozenset(facts)), None
    day = register_by + timedelta(days=9) if position % 8 == 0 else period.end
    return Account(key, frozenset(facts)), output(
        str(position), task.id, body, day, period=period.name, published_on=period.end
    )


def output(name: str, task: str, body: str, day: date, *, period: str | None = None, **more: object) -> OutputRecorded:
    """A recorded output of the sample plan; for a continuous duty where no period is named."""
    key = OccurrenceKey(plan=PLAN_ID, duty=task, agency=body, period=period) if period else None
    given: dict[str, object] = {
        "agency": body,
        "submission": Submission(source="/mau", id=name),
        "output": name,
        "plan": PLAN_ID,
        "duty": task,
        "occurrence": key,
        "day": day,
        "title": f"Sản phẩm mẫu số {name}",
        "published_on": day,
        "url": f"https://mau.example/{name}",
        "topics": ("II.7",),
        **more,
    }
    return OutputRecorded.model_validate(given)


def review(made: OutputRecorded, number: int, day: date, *, accepted: bool) -> OutputReviewed:
    """The coordinator's review of an output."""
    return OutputReviewed(
        agency=made.agency,
        output=made.output,
        occurrence=made.occurrence,
        day=day,
        review=number,
        accepted=accepted,
        reviewer="Cán bộ (mẫu)",
        reason="mẫu",
    )


def sample_report(as_of: date = AS_OF, *extra: OutputRecorded, plan: PlanPublished = PLAN) -> ConsolidatedReport:
    """The sample plan's report, with some more outputs and one that was sent back."""
    outputs, reviews = _delivered(extra)
    return build_report(plan, View([account for account, _ in year_of_accounts()], tallies_of(outputs, reviews)), as_of)


def sample_outputs(as_of: date = AS_OF, *extra: OutputRecorded) -> list[OutputLine]:
    """The outputs that this report counts, and the one that was sent back."""
    outputs, reviews = _delivered(extra)
    return [
        output_line(made, [one for one in reviews if one.output == made.output], Duties(PLAN), as_of)
        for made in sorted(outputs, key=lambda made: (made.day, made.output))
        if made.day <= as_of
    ]


def _delivered(extra: Iterable[OutputRecorded]) -> tuple[list[OutputRecorded], list[OutputReviewed]]:
    outputs = [recorded for _, recorded in year_of_accounts() if recorded is not None]
    outputs += [output(f"c{n}", "III.2", "snv", date(2023, n, 9), flags=(Flag.REUSE,)) for n in range(1, 10)]
    back = output("c10", "III.2", "snv", date(2023, 10, 9))
    return [*outputs, back, *extra], [review(back, 1, date(2023, 10, 12), accepted=False)]
