"""Which other report one is compared with."""

from datetime import date

import pytest

from services.reports.compare import Beside, choose_other, comparison_of
from shared.contracts.plan import PlanPublished
from shared.outcomes import Rejected
from tests.unit.reports.sample import AS_OF, PLAN, plan_with, sample_report

BEFORE = plan_with(plan="mau-2022", year=2022, day=date(2022, 1, 4))
PLANS = [BEFORE, PLAN]


def other(beside: Beside, as_of: date = AS_OF) -> tuple[PlanPublished, date]:
    """As the calendar stands on the sample's day."""
    return choose_other(beside, PLANS, PLAN, as_of, AS_OF)


def test_another_day_is_of_the_same_plan() -> None:
    assert other(Beside(as_of=date(2023, 6, 30))) == (PLAN, date(2023, 6, 30))


def test_the_year_before_is_compared_as_of_the_same_day() -> None:
    """Also on the 29th of February, which it may not have."""
    assert other(Beside(plan="mau-2022")) == (BEFORE, date(2022, 11, 29))
    leap = plan_with(plan="mau-2024", year=2024)
    found = choose_other(Beside(plan="mau-2023"), [PLAN, leap], leap, date(2024, 2, 29), date(2024, 3, 1))
    assert found == (PLAN, date(2023, 2, 28))


def test_a_plan_and_a_day_may_both_be_named() -> None:
    assert other(Beside(plan="mau-2022", as_of=date(2022, 12, 31))) == (BEFORE, date(2022, 12, 31))


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (Beside(as_of=AS_OF), "can't be compared with itself"),
        (Beside(as_of=date(2024, 1, 1)), "has not come"),
        (Beside(plan="mau-2021"), "there is no plan 'mau-2021'; known: mau-2022, mau-2023"),
        (Beside(as_of=date(2022, 6, 30)), "was published on 2023-01-03"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(beside: Beside, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        other(beside)


def test_a_comparison_has_the_other_reports_own_figures() -> None:
    report = sample_report(date(2023, 6, 30))
    found = comparison_of(report)
    assert (found.plan, found.as_of, found.totals, found.outputs) == (
        report.plan,
        report.as_of,
        report.totals,
        report.outputs,
    )
    assert [(line.id, line.met, line.outputs) for line in found.duties] == [
        (line.id, line.met, line.outputs) for line in report.duties
    ]
