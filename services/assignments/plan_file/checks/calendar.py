"""The plan's year, time zone, dates and public holidays."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import available_timezones

from services.assignments.days_off import COUNTRIES, covered
from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.model import PlanHead
from services.assignments.plan_file.nearest import instead
from services.assignments.plan_file.problems import Problem


def calendar(draft: Draft) -> Iterator[Problem]:
    """Names that the calendar doesn't know, and days that aren't near the plan's year."""
    if (head := draft.head) is None:
        return
    zones = available_timezones()
    if head.time_zone not in zones:
        hint = instead(head.time_zone, sorted(zones))
        yield draft.problem(("time_zone",), f"unknown time zone {head.time_zone!r}; {hint}")
    if head.holidays.country not in COUNTRIES:
        wanted = "write a country's ISO code, as in VN"
        message = f"no public holidays are known of {head.holidays.country!r}; {wanted}"
        yield draft.problem(("holidays", "country"), message)
    yield from _dates(draft, head)


def _dates(draft: Draft, head: PlanHead) -> Iterator[Problem]:
    last = date(head.year, 12, 31)
    for key in ("effective_from", "chase_from"):
        if getattr(head, key) > last:
            yield draft.problem((key,), f"it is after the plan's year {head.year}; write a day until {last}")
    first, end = covered(head.year)
    for key, days in (("off", head.holidays.off), ("on", head.holidays.on)):
        for number, day in enumerate(days):
            if not first <= day <= end:
                message = f"{day} is not near the plan's year; write a day from {first} to {end}"
                yield draft.problem(("holidays", key, number), message)
            if key == "on" and day in head.holidays.off:
                line = draft.source.line(("holidays", "off", head.holidays.off.index(day)))
                message = f"{day} is also off, on line {line}; delete one of them"
                yield draft.problem(("holidays", "on", number), message)
