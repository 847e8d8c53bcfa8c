"""Periods: their names, their days, and the days' periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.periods import KINDS, Period, holding, of_year, parse

any_day = st.dates(date(1990, 1, 1), date(2100, 12, 31))
any_kind = st.sampled_from(KINDS)


@pytest.mark.parametrize(
    ("name", "kind", "start", "end"),
    [
        ("2023-W01", "weekly", date(2023, 1, 2), date(2023, 1, 8)),
        ("2023-W52", "weekly", date(2023, 12, 25), date(2023, 12, 31)),
        ("2020-W53", "weekly", date(2020, 12, 28), date(2021, 1, 3)),
        ("2025-W01", "weekly", date(2024, 12, 30), date(2025, 1, 5)),
        ("2023-02", "monthly", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-02", "monthly", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", "monthly", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023-Q1", "quarterly", date(2023, 1, 1), date(2023, 3, 31)),
        ("2023-Q4", "quarterly", date(2023, 10, 1), date(2023, 12, 31)),
        ("2023", "yearly", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_name_means_these_days(name: str, kind: str, start: date, end: date) -> None:
    """Weeks are ISO weeks, Monday to Sunday; everything else follows the calendar."""
    assert parse(name) == Period(name, kind, start, end)


@pytest.mark.parametrize("name", ["2023-W53", "2023-W00", "2023-00", "2023-13", "2023-W99", "0000"])
def test_a_period_that_no_calendar_has_is_refused(name: str) -> None:
    """A week or month in the right form that doesn't exist is named in the error, with the forms."""
    with pytest.raises(ValueError, match=rf"there is no period '{name}'; write 2023-W07"):
        parse(name)


@pytest.mark.parametrize(
    "name", ["", "W07", "2023-7", "2023-W7", "2023-Q5", "2023-w07", "2023-02-15", " 2023", "2023\n"]
)
def test_another_form_is_refused_with_the_right_ones(name: str) -> None:
    """The error shows all four forms, so that the sender can choose."""
    with pytest.raises(ValueError, match=r"is no period; write 2023-W07 .* 2023-02 .* 2023-Q1 .* 2023 \(year\)"):
        parse(name)


@given(any_day, any_kind)
def test_every_day_lies_in_the_period_that_holds_it(day: date, kind: str) -> None:
    """And that period's name leads back to it."""
    period = holding(day, kind)
    assert period.start <= day <= period.end
    assert period.kind == kind
    assert parse(period.name) == period


@given(any_day, any_kind)
def test_periods_follow_each_other_without_a_gap(day: date, kind: str) -> None:
    """The day after a period's end begins the next one."""
    period = holding(day, kind)
    assert holding(period.end + timedelta(days=1), kind).start == period.end + timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "kind", "count"),
    [(2023, "weekly", 52), (2020, "weekly", 53), (2023, "monthly", 12), (2023, "quarterly", 4), (2023, "yearly", 1)],
)
def test_a_year_has_so_many(year: int, kind: str, count: int) -> None:
    """2023 has 52 ISO weeks; the 53rd exists only in long years."""
    found = list(of_year(year, kind))
    assert len(found) == count
    assert [period.name[:4] for period in found] == [str(year)] * count
    assert found == sorted(found, key=lambda period: period.start)


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    """A continuous duty has no periods, so asking for one is a mistake."""
    with pytest.raises(ValueError, match="weekly, monthly, quarterly, yearly"):
        holding(date(2023, 1, 1), "continuous")
