"""What was written to the log stays readable: every event version against its golden file."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.base import Event
from shared.contracts.envelope import encode
from shared.contracts.outputs import OutputSubmitted
from shared.contracts.registry import EVENTS, decode
from tests.contracts.golden import FOLDER, golden, read, type_of

every_type = pytest.mark.parametrize("event_type", sorted(EVENTS))
every_file = pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.stem)
every_read_type = pytest.mark.parametrize("event_type", sorted(set(EVENTS) - {OutputSubmitted.TYPE}))


def _decode(envelope: dict[str, Any]) -> Event:
    return decode(json.dumps(envelope).encode())[1]


def _with_more(value: Any) -> Any:
    """The same JSON with one more field in every object that stands for a model."""
    if isinstance(value, list):
        return [_with_more(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_more(item) for name, item in value.items()} | {"of_a_later_writer": 1}
    return value


def test_every_event_has_a_golden_file_and_every_file_an_event() -> None:
    """No event version goes without a golden file, and none is dropped while its file says that it was written."""
    assert {type_of(path) for path in FOLDER.iterdir()} == set(EVENTS)


@every_file
def test_a_golden_event_is_read_into_its_class(path: Path) -> None:
    """The type in the envelope decides the class, and the file's name is that type."""
    assert type(_decode(read(path))) is EVENTS[type_of(path)]


@every_file
def test_a_golden_event_is_written_back_as_it_was(path: Path) -> None:
    """Reading and writing loses nothing, renames nothing and changes no form: the whole envelope is equal, but for
    fields that came later, which stand there with what they mean when they are left out."""
    written = read(path)
    time = datetime.fromisoformat(written["time"])
    again = json.loads(encode(_decode(written), id=written["id"], source=written["source"], time=time))
    fields = EVENTS[type_of(path)].model_fields
    later = {name: json.loads(json.dumps(fields[name].default)) for name in fields if name not in written["data"]}
    assert again == written | {"data": written["data"] | later}


@every_type
def test_a_golden_event_fills_every_field(event_type: str) -> None:
    """A field that the golden file leaves out would be guarded by nothing."""
    assert set(golden(event_type)["data"]) == set(EVENTS[event_type].model_fields)


@every_read_type
def test_a_reader_passes_over_fields_of_a_later_writer(event_type: str) -> None:
    """A field that was added, at any depth, leaves what an old reader reads the same."""
    written = golden(event_type)
    plain_maps = ("kinds", "headings", "topics", "channels")
    data = _with_more(written["data"])
    data |= {name: written["data"][name] for name in plain_maps if isinstance(written["data"].get(name), dict)}
    assert _decode(written | {"data": data, "alaterattribute": "x"}) == _decode(written)


def test_an_integrators_event_is_refused_for_an_unknown_field() -> None:
    """A misspelt field of an integrator is told to it instead of lost."""
    written = golden(OutputSubmitted.TYPE)
    with pytest.raises(ValueError, match="durations_minutes"):
        _decode(written | {"data": written["data"] | {"durations_minutes": 5}})


@every_type
def test_an_event_is_frozen(event_type: str) -> None:
    """Nobody changes a fact after it was told."""
    event = _decode(golden(event_type))
    name = next(iter(type(event).model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(event, name, None)


@every_type
def test_the_version_is_in_the_type(event_type: str) -> None:
    """A breaking change is another class beside this one, so each type ends in its version."""
    assert event_type.startswith("vn.dondoc.")
    assert event_type.rpartition(".v")[2].isdigit()
