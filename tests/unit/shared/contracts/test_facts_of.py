"""What each event tells of which occurrence."""

import json

import pytest

from shared.contracts.base import Event
from shared.contracts.duties import DutyAssigned
from shared.contracts.ledger import facts_of
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.registry import decode
from tests.contracts.golden import golden


def _event(event_type: str) -> Event:
    return decode(json.dumps(golden(event_type)).encode())[1]


@pytest.mark.parametrize(
    ("event_type", "told"),
    [
        ("vn.dondoc.duty.assigned.v1", [("V.7-toa-dam/bao-qngai/2023", "assigned")]),
        (
            "vn.dondoc.duty.withdrawn.v1",
            [("III.10b-radio/dai-ptth/2023-W08", "withdrawn"), ("III.10b-radio/dai-ptth/2023-W09", "withdrawn")],
        ),
        ("vn.dondoc.duty.excused.v1", [("III.10b-radio/dai-ptth/2023-W04", "excused")]),
        ("vn.dondoc.duty.extended.v1", [("III.10b-tv/dai-ptth/2023-02", "extended")]),
        ("vn.dondoc.output.recorded.v1", [("III.10b-radio/dai-ptth/2023-W07", "delivered")]),
        ("vn.dondoc.output.reviewed.v1", [("III.10b-radio/dai-ptth/2023-W07", "reviewed")]),
        ("vn.dondoc.answer.given.v1", [("III.10b-radio/dai-ptth/2023-W04", "answered")]),
        ("vn.dondoc.output.rejected.v1", []),
        ("vn.dondoc.calendar.day.v1", []),
        ("vn.dondoc.plan.published.v1", []),
        ("vn.dondoc.reminder.sent.v1", []),
        ("vn.dondoc.narrative.written.v1", []),
    ],
)
def test_an_event_tells_of_these_occurrences(event_type: str, told: list[tuple[str, str]]) -> None:
    """Duties, outputs and reviews are facts of their occurrences; everything else concerns none."""
    found = list(facts_of("e1", _event(event_type)))
    assert [(str(key).removeprefix("qngai-cchc-2023/"), fact.fact) for key, fact in found] == told
    assert {fact.event for _, fact in found} <= {"e1"}


@pytest.mark.parametrize(
    "event_type",
    [
        "vn.dondoc.duty.assigned.v1",
        "vn.dondoc.duty.excused.v1",
        "vn.dondoc.duty.extended.v1",
        "vn.dondoc.output.recorded.v1",
        "vn.dondoc.output.reviewed.v1",
        "vn.dondoc.answer.given.v1",
    ],
)
def test_a_fact_carries_what_its_event_says(event_type: str) -> None:
    """Every field that the fact shares with the event, or with the event's occurrence, has the event's value."""
    event = _event(event_type)
    (_, fact) = next(iter(facts_of("e1", event)))
    said = event.model_dump() | (event.occurrences[0].model_dump() if isinstance(event, DutyAssigned) else {})
    shared = fact.model_dump(exclude={"fact", "event"})
    assert shared == {name: said[name] for name in shared}


@pytest.mark.parametrize("event_type", ["vn.dondoc.output.recorded.v1", "vn.dondoc.output.reviewed.v1"])
def test_an_output_of_a_continuous_duty_tells_of_no_occurrence(event_type: str) -> None:
    """Continuous duties have nothing that is met or overdue."""
    event = _event(event_type)
    assert isinstance(event, OutputRecorded | OutputReviewed)
    assert list(facts_of("e1", event.model_copy(update={"occurrence": None}))) == []
