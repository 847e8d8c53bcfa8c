"""The official CloudEvents SDK for Python posts over HTTP in each mode, and reads what comes back."""

import json
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from tests.harness.http import Answered
from tests.integration.http_desk import BATCH, HttpDesk

RECORDED, REJECTED = "vn.dondoc.output.recorded.v1", "vn.dondoc.output.rejected.v1"
DATA = {"title": "Bản tin “Cải cách hành chính”", "published_on": "2026-02-11", "channel": "tv"}


def _event(id_: str, **more: object) -> CloudEvent:
    """With a source and an id that have to be encoded where they are headers, and a time that the SDK sets."""
    attributes = {
        "id": id_,
        "source": "https://đài.example/tin bài?q=50%",
        "type": "vn.dondoc.output.submitted.v1",
        "datacontenttype": "application/json",
    }
    return CloudEvent(attributes, {**DATA, **more})


async def _post(http: HttpDesk, message: HTTPMessage) -> Answered:
    return await http.ask("POST", "/events", message.body, message.headers)


def _receipt(answered: Answered) -> Any:
    return from_http(HTTPMessage(dict(answered.headers), answered.body), JSONFormat())


def _told_of(receipt: Any, event: CloudEvent) -> bool:
    return bool(receipt.get_data()["submission"] == {"source": event.get_source(), "id": event.get_id()})


@pytest.mark.parametrize("mode", [to_structured_event, to_binary_event])
async def test_an_event_is_recorded_and_its_receipt_read_again(mode: Any, http: HttpDesk) -> None:
    """In either mode; what Location names is the same receipt, and so is the answer to a repeat in the other mode."""
    event = _event("số 1")
    answered = await _post(http, mode(event))
    assert answered.status == 201
    receipt = _receipt(answered)
    assert receipt.get_type() == RECORDED
    assert receipt.get_time() is not None
    assert _told_of(receipt, event)
    again = await http.ask("GET", answered.headers["Location"].removeprefix("/v1"))
    assert (again.body, _receipt(again).get_id()) == (answered.body, receipt.get_id())
    other = to_binary_event if mode is to_structured_event else to_structured_event
    repeated = await _post(http, other(event))
    assert (repeated.status, repeated.body) == (200, answered.body)


async def test_a_batch_of_events_gets_a_receipt_each(http: HttpDesk) -> None:
    """The SDK has no batches of its own: a batch is a list of what it makes in structured mode."""
    events = [_event("1"), _event("2", channel="fax"), _event("1")]
    bodies = [to_structured_event(event).body for event in events]
    answered = await http.ask("POST", "/events", b"[" + b",".join(bodies) + b"]", BATCH)
    assert answered.status == 200
    results = answered.json["results"]
    receipts = [JSONFormat().read(None, json.dumps(result["receipt"])) for result in results]
    assert [result["status"] for result in results] == [201, 422, 200]
    assert [receipt.get_type() for receipt in receipts] == [RECORDED, REJECTED, RECORDED]
    assert all(_told_of(receipt, event) for receipt, event in zip(receipts, events, strict=True))
