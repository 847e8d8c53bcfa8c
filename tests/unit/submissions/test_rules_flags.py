"""What an officer should look at; no flag refuses an output."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.rules import match, same_address
from shared.contracts.outputs import Flag
from tests.unit.submissions.books import LOCAL, MONTHS, NEWS, TODAY, TV, book, output, owed

FEBRUARY_END, REGISTER_BY = date(2026, 2, 28), date(2026, 3, 7)


def _flags(day: date, agency: str = "dai", **fields: object) -> set[Flag]:
    return set(match(book(), output(**fields), agency, day).flags)


@pytest.mark.parametrize(
    ("published_on", "registered_on", "late"),
    [
        (FEBRUARY_END, REGISTER_BY, False),
        (FEBRUARY_END, date(2026, 3, 8), True),
        (date(2026, 2, 1), date(2026, 2, 1), False),
    ],
)
def test_late_is_what_is_registered_after_register_by(published_on: date, registered_on: date, late: bool) -> None:
    """On that very day it is still in time."""
    assert (Flag.LATE in _flags(registered_on, duty="tv", published_on=published_on)) is late


def test_an_output_published_after_the_periods_end_is_late_however_early_it_is_registered() -> None:
    """It didn't exist when it was due."""
    assert _flags(date(2026, 3, 1), duty="tv", period="2026-02", published_on="2026-03-01") == {
        Flag.LATE,
        Flag.MAKE_UP,
    }


def test_a_make_up_is_known_by_its_named_period() -> None:
    """Without a period the same output belongs to the month of its date and makes up for nothing."""
    assert Flag.MAKE_UP in _flags(TODAY, duty="tv", period="2026-01")
    assert _flags(TODAY, duty="tv") == set()
    assert _flags(TODAY, duty="tv", period="2026-02") == set()


def test_within_an_extension_an_output_is_not_late() -> None:
    """The dates that hold are those of the extension."""
    (due,) = owed(TV, "2026-02").dues.values()
    moved = replace(due, end=date(2026, 3, 20), register_by=date(2026, 3, 27))
    extended = book(replace(owed(TV), dues={"2026-02": moved}))
    submitted = output(duty="tv", period="2026-02", published_on="2026-03-15")
    assert Flag.LATE not in match(extended, submitted, "dai", date(2026, 3, 27)).flags
    assert Flag.LATE in match(extended, submitted, "dai", date(2026, 3, 28)).flags


@pytest.mark.parametrize(
    ("minutes", "flagged"), [(3.99, True), (4, False), (5, False), (6, False), (6.01, True), (None, False)]
)
def test_a_nominal_duration_is_flagged_beyond_a_fifth(minutes: float | None, flagged: bool) -> None:
    """05 minutes: from 4 to 6, both included; an output without a duration isn't flagged."""
    assert (Flag.DURATION in _flags(TODAY, duty="radio", duration_minutes=minutes)) is flagged


@pytest.mark.parametrize(("minutes", "flagged"), [(9.9, True), (10, False), (15, False), (15.1, True)])
def test_a_range_of_durations_includes_its_ends(minutes: float, flagged: bool) -> None:
    """10 to 15 minutes, both included."""
    assert (Flag.DURATION in _flags(TODAY, "huyen", duty="local", duration_minutes=minutes)) is flagged


def test_a_duty_without_a_duration_flags_none() -> None:
    """A newsletter of any length will do."""
    assert _flags(TODAY, duty="tv", duration_minutes=500) == set()


def test_a_continuous_duty_is_never_late() -> None:
    """There is no date by which it was due."""
    assert match(book(owed(NEWS)), output(duty="news"), "dai", date(2027, 1, 1)).flags == ()


def test_several_flags_come_together() -> None:
    """Each says its own thing; the output is recorded all the same."""
    fields = {"duty": "local", "period": "2026-01", "duration_minutes": 30}
    assert _flags(TODAY, "huyen", **fields) == {Flag.LATE, Flag.MAKE_UP, Flag.DURATION}
    assert LOCAL.duration is not None
    assert "2026-01" in MONTHS


@pytest.mark.parametrize(
    "url",
    [
        "https://dai.example/cchc/7",
        "HTTPS://DAI.example/cchc/7",
        "https://dai.example/cchc/7/",
        "https://dai.example/cchc/7#top",
    ],
)
def test_addresses_that_lead_to_one_page_are_the_same(url: str) -> None:
    """Scheme and host in any case, a slash at the end and a fragment make no other page."""
    assert same_address(url) == "https://dai.example/cchc/7"


@pytest.mark.parametrize(
    "url", ["http://dai.example/cchc/7", "https://dai.example/CCHC/7", "https://dai.example/cchc/7?so=8"]
)
def test_addresses_that_may_lead_elsewhere_are_not(url: str) -> None:
    """Path and query tell pages apart, and plain http may be another site."""
    assert same_address(url) != "https://dai.example/cchc/7"


@given(st.from_regex(r"\Ahttps?://[a-z0-9.]{1,9}(/[a-zA-Z0-9?#=]{0,5}){0,3}\Z"))
def test_the_same_address_of_the_same_address_is_itself(url: str) -> None:
    """The form is stable, so two forms can be compared however often they were formed."""
    assert same_address(same_address(url)) == same_address(url)
