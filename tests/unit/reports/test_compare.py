"""Which other report one is compared with."""

from datetime import date

import pytest

from services.reports.choose_plan import WrongField
from services.reports.compare import Beside, choose_other, comparison_of
from shared.contracts.plan import PlanPublished
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
    ("beside", "field", "said"),
    [
        (Beside(as_of=AS_OF), "compare_to", "can't be compared with itself"),
        (Beside(plan=PLAN.plan), "compare_plan", "can't be compared with itself"),
        (Beside(as_of=date(2024, 1, 1)), "compare_to", "has not come"),
        (Beside(plan="mau-2021"), "compare_plan", "there is no plan 'mau-2021'; known: mau-2022, mau-2023"),
        (Beside(as_of=date(2022, 6, 30)), "compare_to", "was published on 2023-01-03"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(beside: Beside, field: str, said: str) -> None:
    """By the name that the field has in a question."""
    with pytest.raises(WrongField, match=said) as refused:
        other(beside)
    assert refused.value.field == field


def test_a_year_before_that_begins_later_in_the_year_is_refused_by_its_plan() -> None:
    """The day was derived, so the plan that was named is what is wrong."""
    late = plan_with(plan="mau-2022", year=2022, day=date(2022, 12, 1))
    with pytest.raises(WrongField, match="published on 2022-12-01") as refused:
        choose_other(Beside(plan="mau-2022"), [late, PLAN], PLAN, AS_OF, AS_OF)
    assert refused.value.field == "compare_plan"


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
