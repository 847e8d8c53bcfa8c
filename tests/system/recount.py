"""A recount of the plan's year from the event log alone.

Written apart from the product on purpose: it imports nothing of it, so that it can't share its mistakes.
"""

from collections import Counter
from typing import Any

COUNTS = ("expected", "expected_to_date", "met", "met_late", "overdue", "excused", "open")
Tally = Counter[str]


def occurrences(events: list[dict[str, Any]], as_of: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Every occurrence in the plan as of that day, with its dates and what became of it."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    seen = set()
    for event in events:
        data, kind = event["data"], event["type"].removeprefix("vn.dondoc.")
        if event["id"] in seen or data.get("day") is None or data["day"] > as_of:
            continue
        seen.add(event["id"])
        if kind == "duty.assigned.v1":
            for due in data["occurrences"]:
                one = found.setdefault(
                    (data["duty"], data["agency"], due["period"]),
                    {"delivered": {}, "sent_back": set(), "excused": False},
                )
                one.update(planned_end=due["end"], end=due["end"], by=due["register_by"])
        elif kind == "duty.withdrawn.v1":
            for period in data["periods"]:
                found.pop((data["duty"], data["agency"], period))
        elif kind == "duty.extended.v1":
            found[data["duty"], data["agency"], data["period"]].update(end=data["end"], by=data["register_by"])
        elif kind == "duty.excused.v1":
            found[data["duty"], data["agency"], data["period"]]["excused"] = True
        elif kind == "output.recorded.v1" and data["occurrence"]:
            key = data["occurrence"]
            one = found[key["duty"], key["agency"], key["period"]]
            one["delivered"][data["output"]] = (data["day"], data["published_on"])
        elif kind == "output.reviewed.v1" and data["occurrence"]:
            key = data["occurrence"]
            sent_back = found[key["duty"], key["agency"], key["period"]]["sent_back"]
            (sent_back.discard if data["accepted"] else sent_back.add)(data["output"])
    return found


def state(one: dict[str, Any], as_of: str) -> str:
    """One of met, met_late, excused, overdue, open."""
    good = [told for output, told in one["delivered"].items() if output not in one["sent_back"]]
    if any(day <= one["by"] and published <= one["end"] for day, published in good):
        return "met"
    if good:
        return "met_late"
    if one["excused"]:
        return "excused"
    return "overdue" if as_of > one["by"] else "open"


def tallies(events: list[dict[str, Any]], as_of: str) -> dict[str, dict[str, Tally]]:
    """The counts by `count` (explicit, implied), `duty`, `agency` and `month`."""
    plan = next(e["data"] for e in reversed(events) if e["type"] == "vn.dondoc.plan.published.v1")
    count_of = {duty["id"]: duty["count"] for duty in plan["duties"]}
    by: dict[str, dict[str, Tally]] = {"count": {}, "duty": {}, "agency": {}, "month": {}}
    for (duty, agency, _), one in occurrences(events, as_of).items():
        is_now = state(one, as_of)
        told = ["expected", is_now]
        if one["by"] <= as_of and is_now != "excused":
            told.append("expected_to_date")
        groups = {"count": count_of[duty], "duty": duty, "agency": agency, "month": one["planned_end"][:7]}
        for group, name in groups.items():
            by[group].setdefault(name, Counter()).update(told)
    return by
