"""A report that has all that a report can have: outputs worth naming, reports of agencies, another one beside it."""

from datetime import date

from services.reports.compare import comparison_of
from shared.contracts.outputs import Flag
from shared.contracts.report import ComparedDuty, Comparison, ConsolidatedReport, NotableLine, OutputLine
from tests.unit.reports.sample import AS_OF, output, plan_with, sample_outputs, sample_report

EARLIER = date(2023, 6, 30)
# Reports that two agencies owe: one is in time now and then late, both are overdue with some.
PLAN = plan_with(reporting_duty="III.11")
EXTRA = (
    output("d1", "III.2", "snv", date(2023, 9, 1), flags=(Flag.DURATION, Flag.REUSE)),
    output("d2", "III.2", "stttt", date(2023, 9, 2), flags=(Flag.LATE,)),
)
NOTABLE = (
    NotableLine(
        id="t1",
        duty="III.10",
        agency="dai",
        period="2023-W07",
        title="Một cửa không giấy tờ",
        published_on=date(2023, 2, 9),
        channel="radio",
        url="https://mau.example/chuyen-muc/2023/02/09/" + "mot-cua-khong-giay-to-" * 8 + "1.html",
        reason="Người dân kể chuyện thật, dễ hiểu",
        reviewer="mau@stttt.example",
    ),
    NotableLine(
        id="t2",
        duty="III.2",
        agency="snv",
        period=None,
        title="Hỏi đáp về dịch vụ công trực tuyến",
        published_on=date(2023, 10, 5),
        channel=None,
        url=None,
        reason="Nhiều người xem",
        reviewer="mau@stttt.example",
    ),
)


def complete_report(comparison: Comparison | None = None) -> ConsolidatedReport:
    """The sample plan's report with all of it, beside the one of half a year earlier or the given one."""
    report = sample_report(AS_OF, *EXTRA, plan=PLAN)
    beside = comparison or comparison_of(sample_report(EARLIER, *EXTRA, plan=PLAN))
    return report.model_copy(update={"notable": NOTABLE, "comparison": beside})


def year_before() -> Comparison:
    """Another plan's figures: one duty fewer and one that there is no more."""
    beside = comparison_of(sample_report(EARLIER))
    gone = ComparedDuty(id="IX.9", expected=4, expected_to_date=4, met=4, outputs=4)
    return beside.model_copy(
        update={
            "plan": "mau-2022",
            "title": "Kế hoạch năm 2022",
            "year": 2022,
            "as_of": date(2022, 11, 29),
            "duties": (*beside.duties[1:], gone),
        }
    )


def complete_outputs() -> list[OutputLine]:
    """The outputs that it counts, and the one that was sent back."""
    return sample_outputs(AS_OF, *EXTRA)
