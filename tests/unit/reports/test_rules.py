"""How occurrences are counted, and which rates apply."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from services.reports.rules import (
    completion,
    counts_of,
    month_of,
    months_of,
    names,
    punctuality,
    totals_of,
)
from shared.contracts.ledger import State
from shared.contracts.plan import Count
from shared.contracts.report import Counts, OccurrenceLine

REGISTER_BY = date(2023, 3, 7)


def occurrence(state: State, count: Count = Count.EXPLICIT) -> OccurrenceLine:
    """A line of that state, to be registered by 7 March."""
    return OccurrenceLine(
        plan="p",
        duty="d",
        agency="a",
        period="2023-02",
        count=count,
        month="2023-02",
        start=date(2023, 2, 1),
        end=date(2023, 2, 28),
        register_by=REGISTER_BY,
        state=state,
        registered_on=None,
        outputs=0,
        flags=(),
    )


@pytest.mark.parametrize(
    ("state", "figure"),
    [
        (State.UPCOMING, "open"),
        (State.OPEN, "open"),
        (State.MET, "met"),
        (State.MET_LATE, "met_late"),
        (State.OVERDUE, "overdue"),
        (State.EXCUSED, "excused"),
    ],
)
def test_each_state_is_one_figure(state: State, figure: str) -> None:
    """An occurrence is expected once and counted in one figure; the upcoming ones are open."""
    counts = counts_of([occurrence(state)], REGISTER_BY - timedelta(days=1))
    assert counts == Counts(expected=1, **{figure: 1})


@pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 1), (1, 1)])
def test_expected_to_date_begins_on_the_last_day(days: int, expected: int) -> None:
    """On register_by itself an occurrence is expected to date."""
    counts = counts_of([occurrence(State.OPEN)], REGISTER_BY + timedelta(days=days))
    assert counts.expected_to_date == expected


def test_the_excused_leave_the_denominator() -> None:
    """They are neither expected to date nor part of a rate."""
    counts = counts_of([occurrence(State.EXCUSED), occurrence(State.MET)], REGISTER_BY)
    assert counts.expected_to_date == 1
    assert completion(counts) == 1


def test_what_is_implied_is_counted_apart() -> None:
    """Totals hold the two groups, and neither holds the other's."""
    totals = totals_of([occurrence(State.MET), occurrence(State.OVERDUE, Count.IMPLIED)], REGISTER_BY)
    assert (totals.explicit.met, totals.explicit.overdue) == (1, 0)
    assert (totals.implied.met, totals.implied.overdue) == (0, 1)


def test_no_rate_applies_where_nothing_is_owed() -> None:
    """A continuous duty, or one wholly excused, has no rate of completion; nor of punctuality."""
    assert completion(Counts()) is None
    assert completion(Counts(expected=2, excused=2)) is None
    assert punctuality(Counts(expected=1, open=1)) is None


def test_rates_are_exact() -> None:
    """11 of 12 done, 10 of them in time, none overdue."""
    counts = Counts(expected=12, met=10, met_late=1, open=1)
    assert completion(counts) == Fraction(11, 12)
    assert punctuality(counts) == Fraction(10, 11)


def test_months_hold_the_year_and_what_ends_beside_it() -> None:
    """A week of the ISO year that ends in the next January gets that month."""
    months = months_of(2024, ["2025-01"])
    assert months[0] == "2024-01"
    assert months[-1] == "2025-01"
    assert len(months) == 13


def test_a_month_is_written_with_two_digits() -> None:
    """February 2023 is 2023-02."""
    assert month_of(REGISTER_BY - timedelta(days=14)) == "2023-02"


def test_unknown_names_come_last_in_order() -> None:
    """The plan's order holds; what it doesn't know follows by name, and is named by its id."""
    assert list(names({"b": "B", "a": "A"}, ["z", "a", "c"]).items()) == [
        ("b", "B"),
        ("a", "A"),
        ("c", "c"),
        ("z", "z"),
    ]
