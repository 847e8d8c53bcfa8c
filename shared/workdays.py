"""Working days: Monday to Friday, less days off, plus weekend days worked instead. Pure: data in, days out."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """The working days of a plan. `off` are days off that fall on weekdays, `on` weekend days that are worked."""

    off: frozenset[date] = field(default_factory=frozenset)
    on: frozenset[date] = field(default_factory=frozenset)

    def __contains__(self, day: date) -> bool:
        return day in self.on or (day.weekday() < 5 and day not in self.off)

    @lru_cache(maxsize=4096)  # noqa: B019 - asked for each line of each mail of a morning, of the same few days
    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself for 0, working or not; before it if negative."""
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while day not in self:
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days `last` lies after `first`, counting `last` and not `first`; negative before it."""
        if last < first:
            return -self.between(last, first)
        return sum(first + (n + 1) * DAY in self for n in range((last - first).days))
