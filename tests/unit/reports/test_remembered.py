"""What was worked out last is remembered: only for what it was made of."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings

from services.reports import build_report as module
from services.reports.build_report import View, build_report
from services.reports.remembered import Remembered
from services.reports.tallies import tallies_of
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from tests.unit.reports.lives import DAYS, Lives, lives
from tests.unit.reports.sample import PLAN, output, plan_with, year_of_accounts

AS_OF = date(2023, 6, 30)
MADE = output("tin", PLAN.duties[0].id, PLAN.duties[0].performers[0], AS_OF)


def _view() -> View:
    return View([account for account, _ in year_of_accounts()], tallies_of([MADE], []))


class Built:
    """The last report alone."""

    def __init__(self) -> None:
        self._last = Remembered[ConsolidatedReport](most=1)

    def report(self, plan: PlanPublished, view: View, as_of: date) -> ConsolidatedReport:
        return self._last.get(None, build_report, plan, view, as_of)


def test_the_same_again_is_the_report_that_was_built() -> None:
    """Equal values are enough: a second reading holds other lists."""
    built = Built()
    first = built.report(PLAN, _view(), AS_OF)
    assert first == build_report(PLAN, _view(), AS_OF)
    assert built.report(PLAN, _view(), AS_OF) is first


def test_whatever_changes_makes_another_report() -> None:
    """An output, an account, the day, the plan: each alone; and what was before is built again."""
    built, view = Built(), _view()
    first = built.report(PLAN, view, AS_OF)
    more = replace(view, tallies=tallies_of([MADE, MADE.model_copy(update={"output": "tin nữa"})], []))
    assert built.report(PLAN, more, AS_OF).outputs.recorded == first.outputs.recorded + 1
    assert built.report(PLAN, replace(view, accounts=view.accounts[1:]), AS_OF).totals != first.totals
    assert built.report(PLAN, view, AS_OF + timedelta(days=1)).as_of != first.as_of
    assert built.report(plan_with(title="Khác"), view, AS_OF).title == "Khác"
    assert built.report(PLAN, view, AS_OF) == first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives(), lives(), DAYS)
def test_a_report_is_the_same_whatever_was_asked_before(told: Lives, other: Lives, as_of: date) -> None:
    """After another life of the same pairs, and with nothing remembered at all."""
    other.report(as_of)
    after = told.report(as_of)
    whole, module._TOLD = module._TOLD, Remembered(most=1)
    try:
        assert told.report(as_of) == after
    finally:
        module._TOLD = whole


def test_as_many_are_remembered_as_it_may() -> None:
    """The oldest goes first; a new result of the same key takes the old one's place."""
    made: list[str] = []

    def make(given: str) -> str:
        made.append(given)
        return given

    last = Remembered[str](most=2)
    for key, given_ in (("a", "1"), ("b", "2"), ("a", "3"), ("a", "3"), ("b", "2"), ("c", "4"), ("a", "3"), ("b", "2")):
        assert last.get(key, make, given_) == given_
    assert made == ["1", "2", "3", "4", "2"]
