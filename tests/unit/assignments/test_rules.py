"""Who owes what and when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignments.plan_file import PlanFile
from services.assignments.plan_file.model import Window
from services.assignments.resolve import calendar_of
from services.assignments.rules import expand, extended, within
from shared.contracts.duties import Occurrence
from shared.contracts.plan import Count, Frequency
from tests.unit.assignments.sample import SMALL, TWO_LEVELS, plan_of

BASE = plan_of(TWO_LEVELS)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> PlanFile:
    """Plans in which duties have any frequency, window, grace and partners, and agencies any span of life."""
    duties = []
    for duty in BASE.duties:
        bounds = draw(st.none() | st.tuples(st.none() | DAYS, st.none() | DAYS))
        frequency = draw(st.sampled_from(Frequency))
        changes = {
            "frequency": frequency,
            "count": Count.NONE if frequency == Frequency.CONTINUOUS else Count.EXPLICIT,
            "periods": None,
            "window": bounds and Window(start=bounds[0], end=bounds[1]),
            "register_within": draw(st.none() | st.integers(0, 12)),
            "joint": draw(st.booleans()),
        }
        duties.append(duty.model_copy(update=changes))
    agencies = [
        agency.model_copy(update={"valid_from": draw(st.none() | DAYS), "valid_until": draw(st.none() | DAYS)})
        for agency in BASE.agencies
    ]
    return BASE.model_copy(update={"duties": tuple(duties), "agencies": tuple(agencies)})


@given(plans())
def test_dates_of_occurrences(plan: PlanFile) -> None:
    """An occurrence begins, ends and is to be registered in this order, within its window."""
    for (duty, _), assignment in expand(plan).items():
        entry = plan.duty(duty)
        assert entry is not None
        window = entry.window or Window()
        for due in assignment.occurrences:
            assert (window.start or date.min) <= due.start <= due.end <= (window.end or date.max)
            assert due.end <= due.register_by


@given(plans())
def test_periods_are_unique(plan: PlanFile) -> None:
    """No period is owed twice by one agency, and a joint one by no two; they come in the order of time."""
    owed: dict[str, list[str]] = {}
    for (duty, _), assignment in expand(plan).items():
        names = [due.period for due in assignment.occurrences]
        assert len(names) == len(set(names))
        assert [due.end for due in assignment.occurrences] == sorted(due.end for due in assignment.occurrences)
        owed.setdefault(duty, []).extend(names)
    for entry in plan.duties:
        if entry.joint:
            assert len(owed.get(entry.id, [])) == len(set(owed.get(entry.id, [])))


@given(plans())
def test_only_who_exists_owes(plan: PlanFile) -> None:
    """Who owes an occurrence exists on its last day."""
    registry = {agency.id: agency for agency in plan.agencies}
    for (_, agency), assignment in expand(plan).items():
        lives = registry[agency]
        for due in assignment.occurrences:
            assert (lives.valid_from or date.min) <= due.end <= (lives.valid_until or date.max)


@given(plans())
def test_grace_is_counted_in_working_days(plan: PlanFile) -> None:
    """Between an occurrence's end and its register_by lie as many working days as the duty allows."""
    calendar = calendar_of(plan)
    for (duty, _), assignment in expand(plan).items():
        entry = plan.duty(duty)
        assert entry is not None
        for due in assignment.occurrences:
            between = range(1, (due.register_by - due.end).days + 1)
            worked = sum(due.end + timedelta(days=n) in calendar for n in between)
            assert worked == within(plan, entry)


def test_order_is_the_plans() -> None:
    """Assignments come duty by duty, agency by agency, as the plan lists them."""
    duties = list(dict.fromkeys(duty for duty, _ in expand(BASE)))
    assert duties == ["1.1", "1.2", "1.3", "1.4", "2.1"]


def test_first_of_a_joint_duty_ends() -> None:
    """When the first of those who owe jointly ends, later periods stand under the next."""
    quarterly = (("count: implied, frequency: yearly", "count: explicit, frequency: quarterly"),)
    ends = ("short_name: Sở KH&CN,", "short_name: Sở KH&CN, valid_until: 2026-09-30,")
    owed = expand(plan_of(TWO_LEVELS, *quarterly, ends))
    first, second = owed["1.3", "so-khcn"], owed["1.3", "bao-ptth"]
    assert [due.period for due in first.occurrences] == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert first.jointly_with == ("bao-ptth", "xa-an-hoa")
    assert [due.period for due in second.occurrences] == ["2026-Q4"]
    assert second.jointly_with == ()


def test_agency_that_never_exists_owes_nothing() -> None:
    """An agency that ended before the year has no part in any duty, counted or continuous."""
    gone = plan_of(SMALL, ("    short_name: Sở A", "    short_name: Sở A\n    valid_until: 2025-12-31"))
    assert expand(gone) == {}


def test_weeks_follow_the_iso_year() -> None:
    """2026 has 53 ISO weeks; the first begins in December 2025, the last ends in January 2027."""
    (weekly,) = expand(plan_of(SMALL, ("monthly", "weekly"))).values()
    assert len(weekly.occurrences) == 53
    assert weekly.occurrences[0].start == date(2025, 12, 29)
    assert weekly.occurrences[-1].end == date(2027, 1, 3)


def test_extension_moves_both_dates() -> None:
    """With a later end the date of registration moves by the plan's three working days: 27/4, 30/4 and 1/5 are off."""
    occurrence = expand(BASE)["1.2", "xa-an-binh"].occurrences[0]
    later = extended(BASE, "1.2", occurrence, date(2026, 4, 24))
    assert (later.end, later.register_by) == (date(2026, 4, 24), date(2026, 5, 4))


def test_extension_of_a_duty_without_grace() -> None:
    """Where nothing is allowed after the end, the new end is the last day to register."""
    occurrence = expand(BASE)["2.1", "xa-an-binh"].occurrences[0]
    later = extended(BASE, "2.1", occurrence, date(2026, 6, 13))
    assert later == Occurrence(
        period="2026-05", start=date(2026, 5, 1), end=date(2026, 6, 13), register_by=date(2026, 6, 13)
    )


@pytest.mark.parametrize("end", [date(2026, 3, 31), date(2026, 3, 30)])
def test_extension_is_later(end: date) -> None:
    """An end that is no later than the present one is no extension."""
    occurrence = expand(BASE)["1.2", "xa-an-binh"].occurrences[0]
    with pytest.raises(ValueError, match="already ends on 2026-03-31"):
        extended(BASE, "1.2", occurrence, end)


def test_extension_of_an_unknown_duty() -> None:
    """A duty that the plan doesn't have can't be extended."""
    occurrence = expand(BASE)["1.2", "xa-an-binh"].occurrences[0]
    with pytest.raises(ValueError, match=r"no duty '9\.9'"):
        extended(BASE, "9.9", occurrence, date(2026, 5, 1))
