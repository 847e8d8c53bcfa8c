"""The ladder of reminders, recomputed from the event log alone: who is to be mailed what, on which day.

Written apart from the product on purpose: it imports nothing of it, so that it can't share its mistakes. It reads the
log in its order, and knows of the ladder what people wrote down: three working days before the last day of
registration for periods of a month or longer, one, five and ten after it; the last to the coordinator alone, and
only if the agency was mailed before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

STEPS = {"upcoming": -3, "overdue": 1, "escalated": 5, "for_signature": 10}
ORDER = list(STEPS)
ONE = timedelta(days=1)


class Step(NamedTuple):
    """A rung of an occurrence, and who is mailed about it."""

    duty: str
    agency: str
    period: str
    rung: str
    recipient: str


@dataclass
class Owed:
    """An occurrence as the log has told of it so far."""

    end: str
    by: str
    owners: tuple[str, ...]
    # The last word about each output: the number of the review, 0 for none, and whether it counts. A log that was made
    # whole from the stores may tell a review before its output, and a later one before an earlier one.
    words: dict[str, tuple[int, bool]] = field(default_factory=dict)
    excused: bool = False
    reached: dict[str, int] = field(default_factory=dict)  # by recipient, the highest rung
    signed: bool = False


def ladder(events: list[dict[str, Any]], days_off: set[date]) -> Iterator[tuple[date, Step]]:
    """Every day's steps, in the order of the log; a day decides on what stands before it."""
    owed: dict[tuple[str, str, str], Owed] = {}
    plan: dict[str, Any] = {}
    for event in events:
        kind, data = event["type"].removeprefix("vn.dondoc."), event["data"]
        if kind == "plan.published.v1":
            plan = data
        elif kind == "calendar.day.v1":
            day = date.fromisoformat(data["date"])
            if _works(day, days_off):
                yield from ((day, step) for step in _day(day, owed, plan, days_off))
        else:
            _tell(kind, data, owed)


def _tell(kind: str, data: dict[str, Any], owed: dict[tuple[str, str, str], Owed]) -> None:
    if kind == "duty.assigned.v1":
        for one in data["occurrences"]:
            owners = (data["agency"], *data["jointly_with"])
            owed[data["duty"], data["agency"], one["period"]] = Owed(one["end"], one["register_by"], owners)
    elif kind == "duty.withdrawn.v1":
        for period in data["periods"]:
            owed.pop((data["duty"], data["agency"], period))
    elif kind == "duty.extended.v1":
        one = owed[data["duty"], data["agency"], data["period"]]
        one.end, one.by = data["end"], data["register_by"]
    elif kind == "duty.excused.v1":
        owed[data["duty"], data["agency"], data["period"]].excused = True
    elif kind in ("output.recorded.v1", "output.reviewed.v1") and data["occurrence"]:
        at = data["occurrence"]
        words = owed[at["duty"], at["agency"], at["period"]].words
        word = (data.get("review", 0), data.get("accepted", True))
        words[data["output"]] = max(words.get(data["output"], word), word)


def _day(day: date, owed: dict[tuple[str, str, str], Owed], plan: dict[str, Any], days_off: set[date]) -> list[Step]:
    found = []
    for (duty, agency, period), one in owed.items():
        chased = one.end >= max(plan["chase_from"], plan["effective_from"])
        if not chased or one.signed or one.excused or any(counts for _, counts in one.words.values()):
            continue
        by = date.fromisoformat(one.by)
        due = [
            ORDER.index(rung)
            for rung, step in STEPS.items()
            if not (rung == "upcoming" and "W" in period) and _shifted(by, step, days_off) <= day
        ]
        if not due:
            continue
        if due[-1] == ORDER.index("for_signature") and one.reached:
            one.signed = True
            found.append(Step(duty, agency, period, "for_signature", plan["coordinator"]))
            continue
        highest = max(rung for rung in due if ORDER[rung] != "for_signature")
        for recipient in one.owners:
            if one.reached.get(recipient, -1) < highest:
                one.reached[recipient] = highest
                found.append(Step(duty, agency, period, ORDER[highest], recipient))
    return found


def _shifted(day: date, working_days: int, days_off: set[date]) -> date:
    direction = ONE if working_days > 0 else -ONE
    left = abs(working_days)
    while left:
        day += direction
        left -= _works(day, days_off)
    return day


def _works(day: date, days_off: set[date]) -> bool:
    return day.weekday() < 5 and day not in days_off
