"""The last report is remembered: only for what it was built from."""

from dataclasses import replace
from datetime import date, timedelta

from services.reports.build_report import View, build_report
from services.reports.read_report import Built
from services.reports.tallies import tallies_of
from tests.unit.reports.sample import PLAN, output, plan_with, year_of_accounts

AS_OF = date(2023, 6, 30)
MADE = output("tin", PLAN.duties[0].id, PLAN.duties[0].performers[0], AS_OF)


def _view() -> View:
    return View([account for account, _ in year_of_accounts()], tallies_of([MADE], []))


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
