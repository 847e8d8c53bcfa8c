"""Which plan, which revision, which day a question is about."""

from datetime import date

import pytest

from services.reports.choose_plan import choose_day, choose_plan
from shared.contracts.plan import PlanPublished
from shared.outcomes import Rejected
from tests.unit.reports.sample import PLAN

LAST = date(2023, 6, 30)


def revised(**changes: object) -> PlanPublished:
    """The sample plan with some fields changed."""
    return PLAN.model_copy(update=changes)


def test_the_calendars_last_day_is_the_default() -> None:
    """Without as_of the report is of the last day; an earlier one can be asked for."""
    assert choose_day(None, LAST) == LAST
    assert choose_day(date(2023, 2, 1), LAST) == date(2023, 2, 1)


def test_a_day_that_has_not_come_is_refused() -> None:
    """Nobody knows yet what will be delivered by then."""
    with pytest.raises(Rejected, match="2023-07-01 has not come: the calendar stands at 2023-06-30"):
        choose_day(date(2023, 7, 1), LAST)


def test_before_the_first_day_there_is_nothing_to_report() -> None:
    """No calendar, no report."""
    with pytest.raises(Rejected, match="no calendar day"):
        choose_day(None, None)


def test_an_unknown_plan_is_refused_by_name_with_those_that_there_are() -> None:
    """The person sees what could be meant."""
    with pytest.raises(Rejected, match="there is no plan 'mau-2032'; known: khac-2023, mau-2023"):
        choose_plan([PLAN, revised(plan="khac-2023")], "mau-2032", LAST)


def test_the_highest_revision_of_that_day_holds() -> None:
    """A revision published later is not in force yet."""
    second, third = revised(revision=2, day=date(2023, 3, 1)), revised(revision=3, day=date(2023, 9, 1))
    assert choose_plan([third, PLAN, second], PLAN.plan, LAST).revision == 2
    assert choose_plan([third, PLAN, second], PLAN.plan, date(2023, 2, 1)).revision == 1


def test_a_plan_published_later_is_refused_with_its_day() -> None:
    """As of a day before its publication a plan has nothing to report."""
    with pytest.raises(Rejected, match="published on 2023-01-03"):
        choose_plan([PLAN], PLAN.plan, date(2023, 1, 2))


def test_without_a_name_the_only_plan_is_meant() -> None:
    """One plan alone needs no name, whatever its year."""
    assert choose_plan([PLAN], None, date(2024, 1, 15)).plan == PLAN.plan


def test_without_a_name_the_plan_of_the_year_is_meant() -> None:
    """Of two plans the one of as_of's year is taken."""
    older = revised(plan="mau-2022", year=2022)
    assert choose_plan([older, PLAN], None, LAST).plan == PLAN.plan


def test_two_plans_of_a_year_must_be_named() -> None:
    """Nobody guesses between them."""
    with pytest.raises(Rejected, match="several plans; name one of khac-2023, mau-2023"):
        choose_plan([PLAN, revised(plan="khac-2023")], None, LAST)


def test_no_plan_at_all_says_so() -> None:
    """An empty house has no report."""
    with pytest.raises(Rejected, match="no plan has been published"):
        choose_plan([], "mau-2023", LAST)
