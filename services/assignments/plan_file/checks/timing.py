"""When a duty is due: frequency and count agree, periods and window lie in the year and leave something due."""

from collections.abc import Iterator
from datetime import date

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.due import clipped
from services.assignments.plan_file.model import DutyEntry
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import Loc
from shared import periods
from shared.contracts.plan import Count, Frequency


def timing(draft: Draft) -> Iterator[Problem]:
    """Duties whose dates contradict each other or the plan's year."""
    for number, duty in draft.duties.items():
        loc = ("duties", number)
        yield from _count(draft, loc, duty)
        wrong = [*_periods(draft, loc, duty), *_window(draft, loc, duty)]
        yield from wrong
        if not wrong and draft.head and duty.frequency != Frequency.CONTINUOUS and not clipped(draft.head.year, duty):
            message = "it leaves no period in which the duty is due; widen it"
            yield draft.problem((*loc, "window" if duty.window else "periods"), message)


def _count(draft: Draft, loc: Loc, duty: DutyEntry) -> Iterator[Problem]:
    continuous = duty.frequency == Frequency.CONTINUOUS
    if continuous and duty.count != Count.NONE:
        message = f"a continuous duty has no count; write none instead of {duty.count}, or another frequency"
        yield draft.problem((*loc, "count"), message)
    if not continuous and duty.count == Count.NONE:
        message = f"a {duty.frequency} duty is counted; write explicit or implied, or frequency: continuous"
        yield draft.problem((*loc, "count"), message)


def _periods(draft: Draft, loc: Loc, duty: DutyEntry) -> Iterator[Problem]:
    if duty.periods is not None and duty.frequency == Frequency.CONTINUOUS:
        yield draft.problem((*loc, "periods"), "a continuous duty has no periods; delete them, or name a frequency")
        return
    year = draft.head.year if draft.head else None
    for number, name in enumerate(duty.periods or ()):
        here = (*loc, "periods", number)
        try:
            period = periods.parse(name)
        except ValueError as error:
            yield draft.problem(here, str(error))
            continue
        example = next(periods.of_year(year or period.start.year, duty.frequency)).name
        if period.kind != duty.frequency:
            message = f"{name!r} is {period.kind}, but the duty is {duty.frequency}; write one as in {example}"
            yield draft.problem(here, message)
        elif year and int(name[:4]) != year:
            message = f"{name!r} is not of the plan's year {year}; write one as in {example}"
            yield draft.problem(here, message)


def _window(draft: Draft, loc: Loc, duty: DutyEntry) -> Iterator[Problem]:
    if duty.window is None:
        return
    start, end = duty.window.start, duty.window.end
    if start is None and end is None:
        yield draft.problem((*loc, "window"), "it is empty; write {from: …, until: …}, or one of the two")
    if start and end and end < start:
        yield draft.problem((*loc, "window", "until"), f"{end} is before from {start}; write a day on or after it")
    if draft.head is None:
        return
    first, last = date(draft.head.year, 1, 1), date(draft.head.year, 12, 31)
    for key, day in (("from", start), ("until", end)):
        if day and not first <= day <= last:
            message = f"{day} is outside the plan's year; write a day from {first} to {last}"
            yield draft.problem((*loc, "window", key), message)
