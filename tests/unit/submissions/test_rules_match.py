"""To which occurrence an output belongs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.book import Book
from services.submissions.rules import Match, match
from shared import periods
from shared.contracts.plan import Frequency
from tests.unit.submissions.books import (
    CLIP,
    GUIDE,
    LOCAL,
    MONTHS,
    NEWS,
    PLAN,
    RADIO,
    TODAY,
    TV,
    WEEKS,
    book,
    output,
    owed,
    plan,
)


def matched(found: Match) -> tuple[str, str | None]:
    return found.obligation.duty.id, found.due.key.period if found.due else None


def test_an_output_that_names_no_duty_is_matched_by_its_channel() -> None:
    """The agency has one duty on that channel, so that one is meant."""
    assert matched(match(book(), output(channel="tv"), "dai", TODAY)) == ("tv", "2026-02")


def test_an_output_that_names_no_period_gets_the_one_that_holds_its_publication_date() -> None:
    """Week, month and quarter each by the calendar, the week by ISO."""
    assert matched(match(book(), output(duty="radio"), "dai", TODAY)) == ("radio", "2026-W07")
    quarterly = book(owed(GUIDE, "2026-Q1", "2026-Q2"))
    assert matched(match(quarterly, output(duty="guide"), "dai", TODAY)) == ("guide", "2026-Q1")


@given(st.dates(date(2026, 1, 1), date(2026, 12, 27)))
def test_every_day_of_the_year_finds_its_week(day: date) -> None:
    """An output of any day is matched to the ISO week that holds it."""
    found = match(book(), output(duty="radio", published_on=day), "dai", date(2027, 1, 1))
    assert found.due is not None
    assert found.due.start <= day <= found.due.end
    assert found.due.key.period == periods.holding(day, "weekly").name


def test_an_output_may_name_the_period_that_it_makes_up_for() -> None:
    """Named, an earlier period takes the output although its date lies in another."""
    assert matched(match(book(), output(duty="tv", period="2026-01"), "dai", TODAY)) == ("tv", "2026-01")


def test_a_late_output_is_accepted_however_late() -> None:
    """Nothing locks: a year later the period is still there."""
    found = match(book(), output(duty="tv", period="2026-01", published_on="2027-01-30"), "dai", date(2027, 2, 1))
    assert matched(found) == ("tv", "2026-01")


def test_a_duty_that_is_done_once_takes_an_output_of_any_later_day() -> None:
    """There is no doubt which occurrence is meant, so the date needn't lie in its period."""
    once = book(owed(GUIDE, "2026-Q1"))
    found = match(once, output(duty="guide", published_on="2026-05-11"), "dai", date(2026, 6, 1))
    assert matched(found) == ("guide", "2026-Q1")


def test_a_continuous_duty_has_no_occurrence() -> None:
    """Its outputs are counted and meet nothing."""
    assert matched(match(book(owed(NEWS)), output(channel="web"), "dai", TODAY)) == ("news", None)


def test_each_body_that_owes_jointly_may_deliver() -> None:
    """The occurrence stands under the first one, whoever delivers it."""
    joint = book(owed(CLIP, "2026", jointly_with=("bao",)))
    for agency in ("dai", "bao"):
        found = match(joint, output(duty="clip"), agency, TODAY)
        assert found.due is not None
        assert found.due.key.agency == "dai"


def test_the_plan_decides_where_two_plans_are_in_force() -> None:
    """Two provinces' plans, or two years', may have the same duty; `plan` says which is meant."""
    other = "mau-2027"
    both = Book((plan(), plan(other)), (owed(TV, *MONTHS), owed(TV, *MONTHS, plan_id=other)))
    found = match(both, output(duty="tv", plan=other), "dai", TODAY)
    assert found.obligation.plan == other


def test_of_two_years_plans_the_date_decides() -> None:
    """Where only one plan has a period on that day the output needs no `plan`."""
    both = Book((plan(), plan("cu")), (owed(TV, *MONTHS), owed(TV, "2025-01", "2025-02", plan_id="cu")))
    assert match(both, output(duty="tv"), "dai", TODAY).obligation.plan == PLAN
    assert match(both, output(duty="tv", published_on="2025-02-11"), "dai", TODAY).obligation.plan == "cu"


def test_a_channel_may_be_named_beside_the_duty() -> None:
    """Where the duty has that channel, or none at all, it changes nothing."""
    assert matched(match(book(), output(duty="tv", channel="tv"), "dai", TODAY)) == ("tv", "2026-02")
    without = book(owed(GUIDE, "2026-Q1"))
    assert matched(match(without, output(duty="guide", channel="web"), "dai", TODAY)) == ("guide", "2026-Q1")


def test_dates_of_an_extension_hold_for_matching() -> None:
    """A period whose end was moved still takes outputs of its own days by its name."""
    (due,) = owed(TV, "2026-02").dues.values()
    moved = replace(due, end=date(2026, 3, 20), register_by=date(2026, 3, 27))
    extended = book(replace(owed(TV, "2026-02", "2026-03"), dues={"2026-02": moved}))
    found = match(extended, output(duty="tv", period="2026-02", published_on="2026-03-15"), "dai", date(2026, 3, 16))
    assert found.due == moved


@pytest.mark.parametrize("agency", ["dai", "huyen"])
def test_the_agency_may_name_itself(agency: str) -> None:
    """What the event says of its sender is right or refused, never trusted instead of the subject."""
    what = {"dai": "tv", "huyen": "local"}[agency]
    assert matched(match(book(), output(duty=what, agency=agency), agency, TODAY))[0] == what


@given(st.sampled_from([RADIO, TV, LOCAL]), st.dates(date(2026, 1, 5), date(2026, 12, 20)), st.integers(0, 400))
def test_the_match_does_not_depend_on_the_day_of_registration(what: object, published_on: date, later: int) -> None:
    """The same output posted later belongs to the same occurrence; only its flags may differ."""
    assert what in (RADIO, TV, LOCAL)
    agency = "huyen" if what == LOCAL else "dai"
    submitted = output(duty=what.id, published_on=published_on)  # type: ignore[attr-defined]
    first = match(book(), submitted, agency, published_on)
    again = match(book(), submitted, agency, published_on + timedelta(days=later))
    assert (first.obligation, first.due) == (again.obligation, again.due)


def test_the_samples_cover_every_frequency() -> None:
    """What is proved here is proved for each kind of period."""
    assert {d.frequency for d in (RADIO, TV, CLIP, GUIDE, NEWS)} == set(Frequency)
    assert len(WEEKS) == 53
