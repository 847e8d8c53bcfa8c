"""Rows as events: the same row is the same event, wherever it stands."""

import json
from datetime import date
from typing import Any

import pytest

from services.submissions.imports.names import Names
from services.submissions.imports.table import Field, Place, Row, Table
from services.submissions.imports.to_events import to_events
from services.submissions.read_event import read_envelope, read_submission
from tests.unit.submissions.books import PLAN, book

NAMES = Names(book(), "dai")
FULL: dict[Field, Any] = {
    Field.TITLE: "Bài (mẫu)",
    Field.PUBLISHED_ON: date(2026, 2, 11),
    Field.URL: "https://dai.example/1",
    Field.DUTY: "tv",
    Field.PERIOD: "Tháng 2/2026",
    Field.PLAN: "Kế hoạch mẫu",
    Field.CHANNEL: "Truyền hình",
    Field.DURATION: 4.5,
    Field.TOPICS: "II.1; Thủ tục",
    Field.NOTE: "ghi\nchú",
    Field.AGENCY: "Dai",
}


def event(change: dict[Field, Any] | None = None, row: int = 2, agency: str = "dai") -> dict[str, Any]:
    values = {field: value for field, value in (FULL | (change or {})).items() if value is not None}
    (made,) = to_events(Table((Row(Place(row), values),)), agency, NAMES)
    body: dict[str, Any] = json.loads(made.body)
    return body


def test_a_row_is_an_event_of_the_contract() -> None:
    """Names are ids, and the intake reads it as what an integrator would have posted."""
    (made,) = to_events(Table((Row(Place(2), FULL),)), "dai", NAMES)
    output = read_submission(read_envelope("dai", made.body, {}))
    assert output.model_dump() == {
        "agency": "dai",
        "plan": PLAN,
        "duty": "tv",
        "channel": "tv",
        "period": "2026-02",
        "title": "Bài (mẫu)",
        "published_on": date(2026, 2, 11),
        "url": "https://dai.example/1",
        "duration_minutes": 4.5,
        "topics": ("II.1", "II.2"),
        "note": "ghi\nchú",
        "evidence": (),
    }


def test_what_is_empty_is_left_out() -> None:
    """Also what couldn't be read: then the intake says that it is missing."""
    assert event(dict.fromkeys(set(FULL) - {Field.TITLE}))["data"] == {"title": "Bài (mẫu)"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {Field.NOTE: "khác"},
        {Field.TOPICS: None},
        {Field.DURATION: None},
        {Field.URL: "HTTPS://DAI.example/1/#top"},
        {Field.PERIOD: "2026-02"},
        {Field.DUTY: None, Field.DUTY_TITLE: "nhiem vu tv mau"},
        {Field.CHANNEL: None},
        {Field.AGENCY: None},
    ],
)
def test_the_same_output_has_the_same_identity(change: dict[Field, Any]) -> None:
    """At another place, in other words, with another note, duration or topic."""
    one, other = event(), event(change, row=77)
    assert (one["source"], one["id"]) == (other["source"], other["id"])


@pytest.mark.parametrize(
    "change",
    [
        {Field.TITLE: "Bài khác (mẫu)"},
        {Field.PUBLISHED_ON: date(2026, 2, 12)},
        {Field.PUBLISHED_ON: None},
        {Field.URL: "https://dai.example/2"},
        {Field.DUTY: "radio"},
        {Field.PERIOD: "2026-01"},
        {Field.PLAN: None},
        {Field.DUTY: None},
    ],
)
def test_another_output_has_another_identity(change: dict[Field, Any]) -> None:
    """By what tells outputs apart; where no duty is named, by the channel too."""
    assert event()["id"] != event(change)["id"]
    by_channel = [event({Field.DUTY: None, Field.CHANNEL: name})["id"] for name in ("tv", "radio", None)]
    assert len(set(by_channel)) == 3


def test_two_agencies_never_share_an_identity() -> None:
    """Their receipts are two, though the rows are one."""
    one, other = event(), event(agency="huyen")
    assert (one["source"] == other["source"], one["id"] == other["id"]) == (False, False)
