"""From a message's bytes to the event."""

import json

import pytest
from pydantic import ValidationError

from shared.contracts.days import CalendarDay
from shared.contracts.envelope import EnvelopeError
from shared.contracts.registry import EVENTS, decode
from tests.contracts.golden import golden

DAY = golden(CalendarDay.TYPE)


def test_the_type_decides_the_class_in_either_mode() -> None:
    """The same event comes out of a structured message and of a binary one."""
    headers = {f"Ce-{name.title()}": str(value) for name, value in DAY.items() if name != "data"}
    structured = decode(json.dumps(DAY).encode())
    binary = decode(json.dumps(DAY["data"]).encode(), headers)
    assert structured[1] == binary[1] == CalendarDay.model_validate(DAY["data"])
    assert structured[0].id == binary[0].id == DAY["id"]


def test_an_unknown_type_is_refused_by_name() -> None:
    """A type of a later release is no guess."""
    with pytest.raises(EnvelopeError, match=r"calendar\.day\.v2") as caught:
        decode(json.dumps(DAY | {"type": "vn.dondoc.calendar.day.v2"}).encode())
    assert caught.value.field == "type"


@pytest.mark.parametrize("data", [None, [], {}, {"date": "someday"}])
def test_data_that_do_not_fit_the_type_are_refused(data: object) -> None:
    """What the class can't hold never reaches a handler."""
    with pytest.raises(ValidationError):
        decode(json.dumps(DAY | {"data": data}).encode())


def test_types_are_unique() -> None:
    """Two classes of one type would read each other's events."""
    assert len({event.TYPE for event in EVENTS.values()}) == len(EVENTS) == 17
