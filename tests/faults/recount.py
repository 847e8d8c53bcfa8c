"""What the log alone says of reminders: the ladder, recomputed apart from the product, and the last word on each mail.

By the days that events name, not by their places: a log that was filled anew holds all of it in another order.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tests.faults.inbox import Inbox, Item, Reported, Step
from tests.faults.mail_reader import Reader
from tests.faults.receipts import key_of
from tests.faults.sample_plan import PLAN, YEAR
from tests.faults.smtp import Kept
from tests.system.ladder import ladder

# Written down here, so that the product's calendar is held against it too: no other one falls on the days of a round.
DAYS_OFF = {date(YEAR + 1, 1, 1)}
Events = Sequence[Mapping[str, Any]]
_DAY, _PLAN, _RECORDED = "calendar.day.v1", "plan.published.v1", "output.recorded.v1"
_SENT, _FAILED = "reminder.sent.v1", "reminder.failed.v1"


def recount(events: Events, kept: Iterable[Kept], heard_at: Mapping[str, datetime]) -> Inbox:
    """The inbox beside what the log says; `heard_at` tells when the client heard the receipt of a key."""
    plans = [event["data"] for event in events if _kind(event) == _PLAN]
    if not plans:
        return Inbox()
    reader = Reader(plans[-1])
    met = {
        _name(event["data"]["occurrence"]): heard_at.get(key_of(event["data"]))
        for event in events
        if _kind(event) == _RECORDED and event["data"]["occurrence"]
    }
    return Inbox(
        mails=[reader.read(one) for one in kept],
        reported=[_reported(event) for event in events if _kind(event) in (_SENT, _FAILED)],
        ladder=frozenset(_ladder(events)),
        delivered={at: heard for at, heard in met.items() if heard is not None},
    )


def _ladder(events: Events) -> Iterable[Step]:
    for day, step in ladder(sorted(map(dict, events), key=_when), DAYS_OFF):
        yield Step(day, Item(f"{PLAN}/{step.duty}/{step.agency}/{step.period}", step.rung), step.recipient)


def _when(event: Mapping[str, Any]) -> tuple[int, str, bool]:
    """The plan and its duties before all else; a day before what is told on it, which it can't know of."""
    kind, data = _kind(event), event["data"]
    if kind == _PLAN or kind.startswith("duty.assigned"):
        return 0, "", kind != _PLAN
    return 1, data.get("date") or data.get("day") or "", kind != _DAY


def _reported(event: Mapping[str, Any]) -> Reported:
    data = event["data"]
    items = frozenset(Item(_name(item["occurrence"]), item["rung"]) for item in data["items"])
    return Reported(data["message_id"], _kind(event) == _FAILED, frozenset([*data["to"], *data["cc"]]), items)


def _name(occurrence: Mapping[str, str]) -> str:
    return "/".join(occurrence[part] for part in ("plan", "duty", "agency", "period"))


def _kind(event: Mapping[str, Any]) -> str:
    kind: str = event["type"]
    return kind.removeprefix("vn.dondoc.")
