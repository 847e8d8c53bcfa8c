"""The schema of what integrators post says what the intake does: whoever checks first is not surprised after."""

import json
from typing import Any

import pytest

from deploy.contracts.generate import SCHEMAS, documents
from services.submissions.read_event import read_envelope, read_submission
from services.submissions.rules import NoMatch
from shared.contracts.http_limits import DEPTH
from tests.contracts.golden import golden
from tests.contracts.test_published import wrong

SUBMITTED = "vn.dondoc.output.submitted.v1"
FILE = "0123456789abcdef" * 4
SCHEMA = json.loads(documents()[f"{SCHEMAS}/{SUBMITTED}.json"])


def _fits(event: dict[str, Any]) -> bool:
    return not wrong(SCHEMA, event)


def _is_taken(event: dict[str, Any]) -> bool:
    try:
        read_submission(read_envelope("dai-ptth", json.dumps(event).encode(), {}))
    except NoMatch:
        return False
    return True


def _with(**fields: Any) -> dict[str, Any]:
    event = golden(SUBMITTED)
    return {**event, "data": {**event["data"], **fields}}


def _without(*fields: str) -> dict[str, Any]:
    event = golden(SUBMITTED)
    return {**event, "data": {name: value for name, value in event["data"].items() if name not in fields}}


OPTIONAL = ("agency", "plan", "duty", "channel", "period", "url", "duration_minutes", "topics", "note", "evidence")


@pytest.mark.parametrize(
    "event",
    [
        golden(SUBMITTED),
        _without(*OPTIONAL),
        *[_with(**{name: None}) for name in OPTIONAL if name not in {"topics", "evidence"}],
        _with(title="x" * 500),
        _with(title="Ấ"),
        _with(note="một\nhai\tba"),
        _with(note=""),
        _with(note="x" * 2000),
        _with(url="http://a.example"),
        _with(url="https://đài.example:8080/đường dẫn".replace(" ", "-")),
        _with(duration_minutes=5),
        _with(duration_minutes=10_000),
        _with(duration_minutes=0.1),
        _with(topics=[]),
        _with(topics=["x"] * 50),
        _with(evidence=[]),
        _with(evidence=[FILE] * 10),
        golden(SUBMITTED) | {"id": "x" * 256, "source": "ă"},
        golden(SUBMITTED) | {"anattribute": {"of": ["the", "senders"]}},
        {name: value for name, value in golden(SUBMITTED).items() if name not in {"subject", "time"}},
        golden(SUBMITTED) | {"subject": None, "time": None, "datacontenttype": None},
    ],
)  # fmt: skip
def test_what_fits_is_taken(event: dict[str, Any]) -> None:
    assert _fits(event)
    assert _is_taken(event)


@pytest.mark.parametrize(
    "event",
    [
        _without("title"), _without("published_on"),
        _with(title=""), _with(title="x" * 501), _with(title=7), _with(title=None),
        _with(title="hai\ndòng"), _with(title="a\u2028b"), _with(title="a\u202eb"),
        _with(published_on="15/2/2023"), _with(published_on="2023-02-30"), _with(published_on=20230215),
        _with(url="ftp://a.example"), _with(url="https://a.example/a b"), _with(url="https://a.example/" + "x" * 2000),
        _with(duration_minutes=0), _with(duration_minutes=10_001), _with(duration_minutes="5"),
        _with(duration_minutes=-1), _with(duration_minutes=True),
        _with(topics="II.1"), _with(topics=["x"] * 51), _with(topics=[""]), _with(topics=[1]), _with(topics=None),
        _with(evidence=FILE), _with(evidence=[FILE] * 11), _with(evidence=None), _with(evidence=[7]),
        _with(evidence=[FILE.upper()]), _with(evidence=[FILE[1:]]), _with(evidence=[FILE + "0"]),
        _with(evidence=[FILE + "\n"]), _with(evidence=["sha256:" + FILE]),
        _with(note="\x07"), _with(note="x" * 2001),
        *[_with(**{name: "x" * 101}) for name in ("agency", "plan", "duty", "channel", "period")],
        *[_with(**{name: ""}) for name in ("agency", "plan", "duty", "channel", "period")],
        _with(titel="x"),
        golden(SUBMITTED) | {"data": []}, golden(SUBMITTED) | {"data": None},
        golden(SUBMITTED) | {"specversion": "0.3"}, golden(SUBMITTED) | {"specversion": 1.0},
        golden(SUBMITTED) | {"id": ""}, golden(SUBMITTED) | {"id": "x" * 257}, golden(SUBMITTED) | {"id": 7},
        golden(SUBMITTED) | {"source": "a\nb"}, golden(SUBMITTED) | {"time": "yesterday"},
        golden(SUBMITTED) | {"type": "vn.dondoc.output.submitted.v2"},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(event: dict[str, Any]) -> None:
    assert not _fits(event)
    assert not _is_taken(event)


def test_an_event_as_deep_as_promised_is_taken() -> None:
    """An attribute of the sender's own, DEPTH levels with the event itself."""
    nested: Any = 1
    for _ in range(DEPTH - 1):
        nested = [nested]
    assert _is_taken(golden(SUBMITTED) | {"anattribute": nested})
