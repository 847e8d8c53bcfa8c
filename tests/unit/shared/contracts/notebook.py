"""The ledger as an officer would keep it by hand: what is so today, written over whenever something happens.

The reference for the model of the ledger: no facts, no revisions, no order to put things in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.ledger import State


@dataclass
class Line:
    """One occurrence. `written` are the plan's dates (start, end, register_by), `moved` those of an extension in
    force; `outputs` that weren't sent back: when registered, when published."""

    written: tuple[date, date, date] | None = None
    moved: tuple[date, date] | None = None
    in_plan: bool = False
    excused: bool = False
    outputs: dict[str, tuple[date, date]] = field(default_factory=dict)
    sent_back: set[str] = field(default_factory=set)

    def plan(self, dates: tuple[date, date, date]) -> None:
        """The plan says these dates; an extension outlives the same two, said again."""
        if self.written is None or self.written[1:] != dates[1:]:
            self.moved = None
        self.written, self.in_plan = dates, True

    def due(self) -> tuple[date, date]:
        """By when it must exist, and by when it must be registered."""
        assert self.written is not None
        return self.moved or self.written[1:]

    def state(self, day: date) -> State | None:
        """How it stands at the end of the day; None where it isn't in the plan."""
        if not self.in_plan or self.written is None:
            return None
        end, register_by = self.due()
        standing = [dates for output, dates in self.outputs.items() if output not in self.sent_back]
        if standing:
            in_time = any(registered <= register_by and published <= end for registered, published in standing)
            return State.MET if in_time else State.MET_LATE
        if self.excused:
            return State.EXCUSED
        if day > register_by:
            return State.OVERDUE
        return State.UPCOMING if day < self.written[0] else State.OPEN


def figures(lines: Mapping[str, Line], day: date) -> dict[str, int]:
    """The counts of the report on a day."""
    states = {period: line.state(day) for period, line in lines.items() if line.in_plan}
    counted = {state.value: list(states.values()).count(state) for state in State}
    counted["open"] += counted.pop("upcoming")
    passed = [p for p, state in states.items() if state is not State.EXCUSED and lines[p].due()[1] <= day]
    return {"expected": len(states), "expected_to_date": len(passed), **counted}


def owner(lines: Mapping[str, Line], published_on: date, named: str | None) -> str | None:
    """The period that an output of a monthly duty is for: the one it names, else the month that holds its date, else
    the only one there is. None where there is no such period or it hadn't begun."""
    inside = [period for period, line in lines.items() if line.in_plan]
    period = named or f"{published_on:%Y-%m}"
    if named is None and period not in inside and len(inside) == 1:
        period = inside[0]
    written = lines[period].written if period in inside else None
    return period if written is not None and written[0] <= published_on else None
