"""Periods: ISO weeks, months, quarters, years, written `2023-W07`, `2023-02`, `2023-Q1`, `2023`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

FORMS = "2023-W07 (ISO week), 2023-02 (month), 2023-Q1 (quarter) or 2023 (year)"
_FORM = re.compile(r"(\d{4})(?:-(?:W(\d{2})|Q([1-4])|(\d{2})))?")
KINDS = ("weekly", "monthly", "quarterly", "yearly")


@dataclass(frozen=True)
class Period:
    """A named span of days, both ends included. `kind` is one of KINDS."""

    name: str
    kind: str
    start: date
    end: date


@lru_cache(maxsize=4096)  # asked for each output; a year of all kinds has 69
def parse(name: str) -> Period:
    """The period of that name. Raises ValueError, with a text for people, where there is none."""
    form = _FORM.fullmatch(name)
    if form is None:
        raise ValueError(f"{name!r} is no period; write {FORMS}")
    year, week, quarter, month = (int(part) if part else None for part in form.groups())
    assert year is not None
    try:
        if week is not None:
            start = date.fromisocalendar(year, week, 1)
            return Period(name, "weekly", start, start + timedelta(days=6))
        if quarter is not None:
            return Period(name, "quarterly", date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter))
        if month is not None:
            return Period(name, "monthly", date(year, month, 1), _month_end(year, month))
        return Period(name, "yearly", date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        raise ValueError(f"there is no period {name!r}; write {FORMS}") from None


def holding(day: date, kind: str) -> Period:
    """The period of that kind which holds the day."""
    match kind:
        case "weekly":
            iso = day.isocalendar()
            return parse(f"{iso.year:04}-W{iso.week:02}")
        case "monthly":
            return parse(f"{day.year:04}-{day.month:02}")
        case "quarterly":
            return parse(f"{day.year:04}-Q{(day.month + 2) // 3}")
        case "yearly":
            return parse(f"{day.year:04}")
    raise ValueError(f"{kind!r} is no kind of period; there are {', '.join(KINDS)}")


def of_year(year: int, kind: str) -> Iterator[Period]:
    """All periods of that kind in a year; weeks by the ISO year (2023 has 52)."""
    first = date.fromisocalendar(year, 1, 1) if kind == "weekly" else date(year, 1, 1)
    period = holding(first, kind)
    while int(period.name[:4]) == year:
        yield period
        period = holding(period.end + timedelta(days=1), kind)


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
