"""The published contract: made from the code, committed, and true of every golden event."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from deploy.contracts.generate import FOLDER, RELEASED, SCHEMAS, broken, documents, released
from shared.contracts.envelope import encode
from shared.contracts.registry import EVENTS, decode
from shared.published import OPENAPI
from tests.contracts.golden import golden

every_type = pytest.mark.parametrize("event_type", sorted(EVENTS))
MADE = documents()


def _schema(event_type: str) -> Any:
    return json.loads(MADE[f"{SCHEMAS}/{event_type}.json"])


def wrong(schema: Any, value: Any) -> list[str]:
    """What the standard validator finds, formats included."""
    return [error.message for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)]


@pytest.mark.parametrize("path", sorted(MADE))
def test_what_is_committed_is_what_the_code_says(path: str) -> None:
    """Whoever changes the contract runs `make contracts` and commits what it writes."""
    committed = FOLDER / path
    assert committed.exists(), f"{path} is missing: run `make contracts` and commit it"
    assert committed.read_bytes() == MADE[path], f"{path} is out of date: run `make contracts` and commit it"


def test_nothing_is_committed_that_the_code_does_not_say() -> None:
    """A document of a type that is no more would promise what nobody keeps."""
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert {path for path in there if not path.startswith(f"{RELEASED.name}/")} == set(MADE)


def test_the_contract_breaks_nobody_who_relies_on_the_released_one() -> None:
    """Every type and every path of the last release is there, takes what it took, and tells what it told."""
    assert released()
    assert (RELEASED / OPENAPI).exists()
    assert broken() == []


@every_type
def test_a_schema_is_a_schema_with_name_words_and_example(event_type: str) -> None:
    schema = _schema(event_type)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f"/{event_type}.json")
    assert schema["title"] == EVENTS[event_type].__name__
    assert len(schema["description"]) > 20
    assert schema["examples"] == [golden(event_type)]


@every_type
def test_the_golden_event_fits_its_schema_and_no_other(event_type: str) -> None:
    """An event is told apart by its type, whatever its data look like."""
    assert {name for name in EVENTS if not wrong(_schema(name), golden(event_type))} == {event_type}


@every_type
def test_a_written_event_fits_its_schema(event_type: str) -> None:
    """What `encode` writes of the event, with nothing in all that may be empty."""
    written = golden(event_type)
    envelope, event = decode(json.dumps(written).encode())
    assert envelope.time is not None
    again = encode(event, id=envelope.id, source=envelope.source, time=envelope.time)
    assert wrong(_schema(event_type), json.loads(again)) == []


@every_type
def test_a_schema_misses_what_is_missing(event_type: str) -> None:
    """A schema that let everything pass would promise nothing."""
    schema, event = _schema(event_type), golden(event_type)
    for name in ("specversion", "id", "source", "type", "data"):
        assert wrong(schema, {key: value for key, value in event.items() if key != name})
    for name in schema["properties"]["data"]["required"]:
        less = {key: value for key, value in event["data"].items() if key != name}
        assert wrong(schema, event | {"data": less}) == [f"{name!r} is a required property"]


def test_a_misspelt_field_of_an_integrator_does_not_fit() -> None:
    event = golden("vn.dondoc.output.submitted.v1")
    event["data"]["durations_minutes"] = 5
    assert len(wrong(_schema("vn.dondoc.output.submitted.v1"), event)) == 1
