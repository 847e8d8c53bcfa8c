"""Working days, with the public holidays of Viet Nam in 2023 as data."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.workdays import WorkingDays


def _span(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


# Holidays of 2023: 1–2/1, 20–26/1 (Tết), 29/4–3/5, 1, 2 and 4/9.
HOLIDAYS = (
    _span(date(2023, 1, 1), date(2023, 1, 2))
    | _span(date(2023, 1, 20), date(2023, 1, 26))
    | _span(date(2023, 4, 29), date(2023, 5, 3))
    | {date(2023, 9, 1), date(2023, 9, 2), date(2023, 9, 4)}
)
VIET_NAM = WorkingDays(off=frozenset(HOLIDAYS))

any_day = st.dates(date(2022, 11, 1), date(2024, 2, 28))
some_days = st.frozensets(any_day, max_size=20)
calendars = st.builds(WorkingDays, some_days, some_days)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2023, 1, 31), 5, date(2023, 2, 7)),  # a month without holidays after it
        (date(2023, 1, 15), 5, date(2023, 1, 27)),  # Tết lies between: 16–19/1, then 27/1
        (date(2023, 1, 22), 1, date(2023, 1, 27)),  # in the middle of Tết
        (date(2023, 4, 30), 5, date(2023, 5, 10)),  # 4, 5, 8, 9, 10/5
        (date(2023, 8, 31), 5, date(2023, 9, 11)),  # 5–8/9, then 11/9
        (date(2023, 11, 29), 0, date(2023, 11, 29)),  # RPT: no days at all
        (date(2023, 1, 22), 0, date(2023, 1, 22)),  # 0 stays where it is, working day or not
        (date(2023, 1, 27), -3, date(2023, 1, 17)),  # 19, 18, 17/1
        (date(2023, 9, 5), -1, date(2023, 8, 31)),
    ],
)
def test_counting_skips_weekends_and_holidays(day: date, count: int, expected: date) -> None:
    """So many working days after or before a day in 2023."""
    assert VIET_NAM.after(day, count) == expected


def test_a_weekend_day_that_is_worked_instead_counts() -> None:
    """A swapped day is worked although it is a Saturday, even where it is named as off as well."""
    saturday, friday = date(2023, 2, 4), date(2023, 2, 3)
    swapped = WorkingDays(off=frozenset({friday, saturday}), on=frozenset({saturday}))
    assert saturday in swapped
    assert friday not in swapped
    assert swapped.after(date(2023, 2, 2), 1) == saturday


def test_without_data_a_week_has_five_working_days() -> None:
    """The empty calendar knows weekends alone."""
    week = _span(date(2023, 2, 13), date(2023, 2, 19))
    assert {day for day in week if day in WorkingDays()} == _span(date(2023, 2, 13), date(2023, 2, 17))


@given(calendars, any_day, st.integers(1, 15))
def test_so_many_working_days_lie_between(calendar: WorkingDays, day: date, count: int) -> None:
    """The result is a working day, and exactly `count` working days lie after the start up to it."""
    found = calendar.after(day, count)
    assert found in calendar
    assert sum(one in calendar for one in _span(day + timedelta(days=1), found)) == count
    assert (calendar.between(day, found), calendar.between(found, day)) == (count, -count)


@given(calendars, any_day, st.integers(1, 15))
def test_going_back_undoes_going_forward(calendar: WorkingDays, day: date, count: int) -> None:
    """From a working day, `count` forward and `count` back is where it began."""
    start = calendar.after(day, 1)
    assert calendar.after(calendar.after(start, count), -count) == start
