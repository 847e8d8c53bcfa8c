"""A few weeks of an invented province, as the log tells them: every kind of event, in the order in which it happens."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.assignments.difference import difference
from services.assignments.plan_file import load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyExcused, DutyExtended, DutyWithdrawn, ExcuseKind, OccurrenceKey
from shared.contracts.outputs import OutputRecorded, OutputReviewed, Submission
from tests.integration.assignments_desk import DONG_HAI

PLAN = "dong-hai-2026"
FIRST, LAST = date(2026, 3, 25), date(2026, 4, 20)
EFFECTIVE = date(2026, 1, 15)
PAPER = {"approver": "so-khcn", "document": "01/CV (mẫu)", "reason": "mẫu"}


def recorded(day: date, duty: str, agency: str, period: str, published_on: date) -> OutputRecorded:
    output = f"{duty}-{agency}-{period}"
    return OutputRecorded(
        agency=agency,
        submission=Submission(source="/cms", id=output),
        output=output,
        plan=PLAN,
        duty=duty,
        occurrence=OccurrenceKey(plan=PLAN, duty=duty, agency=agency, period=period),
        day=day,
        title="Bản tin (mẫu)",
        published_on=published_on,
        topics=("1",),
    )


def beginning() -> Iterator[tuple[str, Event]]:
    """The plan and who owes what by it, with the events' ids."""
    plan = load_plan(DONG_HAI.encode(), "plan.yaml")
    yield "plan:1", resolve(plan, 1, EFFECTIVE)
    for number, event in enumerate(difference({}, expand(plan)).events(PLAN, 1, EFFECTIVE)):
        yield f"assigned:{number}", event


def happenings() -> dict[date, list[tuple[str, Event]]]:
    """What is told on which day, after the day itself: an output in time, a late one, one that is sent back, an
    exemption, an extension, a withdrawal."""
    march, april = date(2026, 3, 28), date(2026, 4, 1)
    first = recorded(march, "1.2", "xa-an-binh", "2026-Q1", march)
    sent_back = OutputReviewed(
        agency="xa-an-binh",
        output=first.output,
        occurrence=first.occurrence,
        day=date(2026, 4, 10),
        review=1,
        accepted=False,
        reviewer="so-khcn",
        reason="sai kỳ",
    )
    radio = {"plan": PLAN, "duty": "1.1", "agency": "bao-ptth"}
    return {
        march: [("receipt-1", first)],
        april: [
            (
                "excused:2",
                DutyExcused(
                    **radio, revision=2, day=april, period="2026-W13", kind=ExcuseKind.NOTHING_TO_REPORT, **PAPER
                ),
            ),
            (
                "extended:3",
                DutyExtended(
                    **radio,
                    revision=3,
                    day=april,
                    period="2026-W12",
                    end=date(2026, 4, 5),
                    register_by=date(2026, 4, 8),
                    **PAPER,
                ),
            ),
        ],
        date(2026, 4, 8): [
            ("receipt-2", recorded(date(2026, 4, 8), "1.1", "bao-ptth", "2026-W11", date(2026, 3, 12))),
            (
                "withdrawn:4",
                DutyWithdrawn(**radio, revision=4, day=date(2026, 4, 8), periods=("2026-W14",), entirely=False),
            ),
        ],
        date(2026, 4, 10): [("review-1", sent_back)],
    }


def months() -> Iterator[list[tuple[str, Event]]]:
    """Step by step what the log tells; each step is to be handled before the next, as it is in a real calendar."""
    yield list(beginning())
    told = happenings()
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        yield [(f"day:{day}", CalendarDay(date=day))]
        if day in told:
            yield told[day]
