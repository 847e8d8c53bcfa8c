"""Reports that were handed out while things went wrong, held against a recount of the log. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from tests.faults.receipts import key_of
from tests.system import recount

RECORDED = "vn.dondoc.output.recorded.v1"
REVIEWED = "vn.dondoc.output.reviewed.v1"
Occurrence = tuple[str, str, str]
Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """An answer: a digest of its bytes, and those of JSON. `over`: nothing was to come of its day any more; else it may
    lack what came meanwhile, but nothing of what the log held before it was asked for: `logged` are keys of outputs."""

    day: date
    format: str
    digest: str
    data: bytes = b""
    over: bool = False
    logged: frozenset[str] = frozenset()


def misreported(events: Events, asked: Sequence[Asked], calm: Sequence[Asked]) -> Iterator[str]:
    """What is wrong with which answer. `calm` are the answers to the same questions when all was over: where a day was
    over, the bytes are the same; and JSON says what the log does."""
    if asked and not calm:
        yield "nobody answers again what was asked for meanwhile"
        return
    right = {(one.day, one.format): one for one in calm}
    for one in calm:
        if one.format == "json":
            yield from (f"the report as of {one.day}, asked at the end: {wrong}" for wrong in _wrong(events, one))
    for one in asked:
        if one.over and one.digest != right[one.day, one.format].digest:
            why = next(_wrong(events, one), "other bytes") if one.format == "json" else "other bytes"
            yield f"the {one.format} as of {one.day}, asked when that day was over, differs from the last: {why}"
        elif not one.over:
            yield from (f"the report as of {one.day}, asked on that day: {wrong}" for wrong in _wrong(events, one))


def _wrong(events: Events, one: Asked) -> Iterator[str]:
    report, as_of = json.loads(one.data), one.day.isoformat()
    states = {_at(line): (line["state"], line["outputs"]) for line in report["occurrences"]}
    found = recount.occurrences(_by_day(events), as_of)
    if states.keys() != found.keys():
        yield f"{len(states)} occurrences, and the log has {len(found)}"
        return
    for at, (state, outputs) in states.items():
        told = found[at]
        possible = {_stands(told, as_of)} if one.over else {*_on_the_way(told, as_of)}
        if (_owed(state), outputs) not in possible:
            yield f"{'/'.join(at)} is {state} with {outputs} outputs; by the log {sorted(possible)}"
    yield from _sums(report, states)
    yield from _outputs(events, report["outputs"], one)


def _sums(report: dict[str, Any], states: dict[Occurrence, tuple[str, int]]) -> Iterator[str]:
    """Figures that don't go with each other are wrong on any day."""
    by_state = Counter(_owed(state) for state, _ in states.values())
    for name in ("met", "met_late", "overdue", "excused", "open"):
        total = sum(report["totals"][kind][name] for kind in ("explicit", "implied"))
        if total != by_state[name]:
            yield f"{total} are {name} in total, and {by_state[name]} one by one"
    pairs, standing = sum(line["outputs"] for line in report["pairs"]), report["outputs"]["standing"]
    if pairs != standing:
        yield f"{standing} outputs stand, and {pairs} by agency and duty"


def _outputs(events: Events, told: dict[str, int], one: Asked) -> Iterator[str]:
    known: dict[str, tuple[str, bool]] = {}
    back: dict[str, tuple[int, bool]] = {}
    for event in events:
        data = event["data"]
        if event["type"] == RECORDED and data["day"] <= one.day.isoformat():
            known[data["output"]] = (key_of(data), key_of(data) in one.logged)
        if event["type"] == REVIEWED and data["day"] <= one.day.isoformat():
            back[data["output"]] = max(back.get(data["output"], (0, True)), (data["review"], data["accepted"]))
    standing = sum(back.get(output, (0, True))[1] for output in known)
    if told["standing"] + told["sent_back"] != told["recorded"]:
        yield f"{told} don't add up"
    if one.over and (told["recorded"], told["standing"]) != (len(known), standing):
        yield f"{told['standing']} of {told['recorded']} outputs stand; by the log {standing} of {len(known)}"
    least = sum(heard for _, heard in known.values())
    if not least <= told["recorded"] <= len(known):
        yield f"{told['recorded']} outputs are recorded; by the log {least} to {len(known)}"


def _stands(told: dict[str, Any], as_of: str) -> tuple[str, int]:
    return recount.state(told, as_of), len(told["delivered"].keys() - told["sent_back"])


def _on_the_way(told: dict[str, Any], as_of: str) -> Iterator[tuple[str, int]]:
    """However much of the day had come: some of what was delivered, some of it sent back."""
    for most in range(len(told["delivered"]) + 1):
        for keys in combinations(sorted(told["delivered"]), most):
            some = {key: told["delivered"][key] for key in keys}
            yield _stands({**told, "delivered": some, "sent_back": set()}, as_of)


def _by_day(events: Events) -> Events:
    """A log that was filled anew holds all in another order: what is assigned comes first, reviews last, by number."""
    order = {"vn.dondoc.duty.assigned.v1": 0, REVIEWED: 2}
    return sorted(events, key=lambda event: (order.get(event["type"], 1), event["data"].get("review", 0)))


def _owed(state: str) -> str:
    return "open" if state == "upcoming" else state


def _at(line: dict[str, Any]) -> Occurrence:
    return line["duty"], line["agency"], line["period"]
