"""Public holidays by country, from the library `holidays`, with a plan's own changes to them."""

from datetime import date
from functools import lru_cache

import holidays

from shared.workdays import WorkingDays

COUNTRIES = frozenset(holidays.list_supported_countries(include_aliases=False))


def covered(year: int) -> tuple[date, date]:
    """The first and last day for which a plan of that year knows its days off: a year before to a year after,
    since periods, extensions and the last reminders reach over its ends."""
    return date(year - 1, 1, 1), date(year + 1, 12, 31)


@lru_cache(maxsize=64)  # the same few years are asked for at every command
def working_days(year: int, country: str, off: tuple[date, ...], on: tuple[date, ...]) -> WorkingDays:
    """The working days of the years around `year`: the country's, less `off`, plus `on`.

    The library also knows the weekend days that a country's government has made up for a long holiday.
    """
    first, last = covered(year)
    public = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    made_up = {day for day in public.weekend_workdays if first <= day <= last}
    worked = (made_up | set(on)) - set(off)
    free = {day for day in {*public, *off} if first <= day <= last and day.weekday() < 5}
    return WorkingDays(off=frozenset(free - worked), on=frozenset(worked))
