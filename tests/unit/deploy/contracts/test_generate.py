"""Writing the documents, and keeping the schemas of a release."""

import json
from pathlib import Path

import pytest

from deploy.contracts.generate import SCHEMAS, BreaksConsumers, documents, release, released, write
from shared.contracts.registry import EVENTS
from shared.published import ASYNCAPI, OPENAPI, OPENAPI_REPORTS

DAY = "vn.dondoc.calendar.day.v1"


def test_everything_is_written_once_and_what_is_no_more_is_removed(tmp_path: Path) -> None:
    """A second run changes nothing; the schema of a type that is gone goes."""
    assert set(write(tmp_path)) == set(documents())
    stale = tmp_path / SCHEMAS / "vn.dondoc.gone.v1.json"
    stale.write_text("{}")
    assert write(tmp_path) == [f"{SCHEMAS}/{stale.name}"]
    assert not stale.exists()
    assert write(tmp_path) == []


def test_a_release_keeps_the_contract_of_now(tmp_path: Path) -> None:
    """The first one has nothing to break; the same again breaks nothing."""
    folder = tmp_path / "released"
    kept = release(folder)
    assert set(kept) == {ASYNCAPI, OPENAPI, OPENAPI_REPORTS, *(f"{SCHEMAS}/{name}.json" for name in EVENTS)}
    assert set(released(folder)) == set(EVENTS)
    assert release(folder) == kept


def test_a_release_that_would_break_somebody_is_refused(tmp_path: Path) -> None:
    """With what it would break, and with the promise of before left as it was."""
    release(tmp_path)
    path = tmp_path / SCHEMAS / f"{DAY}.json"
    promised = json.loads(path.read_text(encoding="utf-8"))
    promised["properties"]["data"]["properties"]["week"] = {"type": "integer"}
    promised["properties"]["data"]["required"].append("week")
    path.write_text(json.dumps(promised))
    with pytest.raises(BreaksConsumers, match=f"{DAY}: `data.week` is gone; readers of today rely on it"):
        release(tmp_path)
    assert released(tmp_path)[DAY] == promised


def test_a_release_that_would_break_a_caller_is_refused(tmp_path: Path) -> None:
    release(tmp_path)
    promised = json.loads((tmp_path / OPENAPI).read_text(encoding="utf-8"))
    promised["paths"]["/v1/outputs"] = {"get": {"responses": {}}}
    (tmp_path / OPENAPI).write_text(json.dumps(promised))
    with pytest.raises(BreaksConsumers, match="GET /v1/outputs: gone; callers of today rely on it"):
        release(tmp_path)


def test_a_release_that_would_break_a_client_of_nats_is_refused(tmp_path: Path) -> None:
    release(tmp_path)
    promised = json.loads((tmp_path / ASYNCAPI).read_text(encoding="utf-8"))
    promised["channels"]["outputSubmitted"]["address"] = "elsewhere.{agency}"
    (tmp_path / ASYNCAPI).write_text(json.dumps(promised))
    with pytest.raises(BreaksConsumers, match="postOutput: the subject is"):
        release(tmp_path)
