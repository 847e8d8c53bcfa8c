"""Public holidays, and a plan's own changes to them."""

from datetime import date

import pytest

from services.assignments.days_off import COUNTRIES, covered, working_days

OFF_2023 = [
    *(date(2023, 1, day) for day in (1, 2, *range(20, 27))),
    *(date(2023, 4, day) for day in (29, 30)),
    *(date(2023, 5, day) for day in (1, 2, 3)),
    *(date(2023, 9, day) for day in (1, 2, 4)),
]


def test_vietnam_2023() -> None:
    """Of 2023, exactly the weekends and the holidays of domain rules are not worked."""
    days = working_days(2023, "VN", (), ())
    year = [date.fromordinal(n) for n in range(date(2023, 1, 1).toordinal(), date(2024, 1, 1).toordinal())]
    assert [day for day in year if day not in days] == [d for d in year if d.weekday() > 4 or d in OFF_2023]


def test_years_around() -> None:
    """The year before and the year after are known as well: 31/1/2022 and 8/2/2024 are off."""
    days = working_days(2023, "VN", (), ())
    assert date(2022, 1, 31) not in days
    assert date(2024, 2, 8) not in days


def test_day_made_up_by_the_government() -> None:
    """Saturday 4/5/2024 was worked for Monday 29/4/2024."""
    days = working_days(2024, "VN", (), ())
    assert date(2024, 5, 4) in days
    assert date(2024, 4, 29) not in days


def test_plan_takes_a_day_off() -> None:
    """A day that the plan has off is off, even one that the country works."""
    days = working_days(2024, "VN", (date(2024, 5, 4), date(2024, 7, 3)), ())
    assert date(2024, 5, 4) not in days
    assert date(2024, 7, 3) not in days


@pytest.mark.parametrize("day", [date(2023, 7, 8), date(2023, 9, 1)])
def test_plan_works_a_day(day: date) -> None:
    """A Saturday or a holiday that the plan works is a working day."""
    days = working_days(2023, "VN", (), (day,))
    assert day in days
    assert day not in days.off


def test_only_weekdays_are_listed() -> None:
    """Days off are weekdays of the three years; a weekend needs no listing."""
    days = working_days(2023, "VN", (), ())
    first, last = covered(2023)
    assert (first, last) == (date(2022, 1, 1), date(2024, 12, 31))
    assert all(day.weekday() < 5 and first <= day <= last for day in days.off)


def test_another_country() -> None:
    """The country is data: Laos has its own days."""
    assert "LA" in COUNTRIES
    assert date(2023, 12, 4) not in working_days(2023, "LA", (), ())
