"""When a duty of a plan file is due, before it is known by whom."""

from datetime import date
from typing import NamedTuple

from services.assignments.plan_file.model import DutyEntry
from shared import periods
from shared.contracts.plan import Frequency


class Due(NamedTuple):
    """A period as far as the duty's window leaves it; both days included."""

    period: str
    start: date
    end: date


def clipped(year: int, duty: DutyEntry) -> tuple[Due, ...]:
    """The duty's periods in the plan's year (its own list, else all of its frequency; weeks by the ISO year),
    clipped to its window, in the order of time. None for a continuous duty."""
    if duty.frequency == Frequency.CONTINUOUS:
        return ()
    if duty.periods is None:
        named = list(periods.of_year(year, duty.frequency))
    else:
        named = sorted((periods.parse(name) for name in duty.periods), key=lambda period: period.start)
    first = (duty.window and duty.window.start) or date.min
    last = (duty.window and duty.window.end) or date.max
    dues = (Due(period.name, max(period.start, first), min(period.end, last)) for period in named)
    return tuple(due for due in dues if due.start <= due.end)
