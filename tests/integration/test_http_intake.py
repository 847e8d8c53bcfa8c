"""The HTTP intake: the same outputs, receipts and rules as by the stream, in all three modes of CloudEvents."""

import asyncio
import json
from urllib.parse import quote

import pytest
from structlog.testing import capture_logs

from services.submissions.web.api import REFUSED_BEFORE
from shared.contracts.http_limits import LISTS_AT_ONCE
from shared.relay import relay_own
from tests.integration.http_desk import BATCH, STRUCTURED, HttpDesk
from tests.integration.intake_desk import posted

PROBLEM = "application/problem+json"


async def test_an_event_is_recorded_and_answered_with_its_receipt(http: HttpDesk) -> None:
    """201, the receipt as it goes to the log, and where it can be had again."""
    answer = await http.post("1", url="https://dai.example/1")
    assert (answer.status, answer.headers["Content-Type"]) == (201, "application/cloudevents+json")
    receipt = answer.json
    assert receipt["type"] == "vn.dondoc.output.recorded.v1"
    assert receipt["data"]["occurrence"] == {"plan": "mau-2026", "duty": "tv", "agency": "dai", "period": "2026-02"}
    assert answer.headers["Location"] == f"/v1/receipts/{receipt['id']}"
    (document,) = await http.desk.documents()
    assert document["_id"] == receipt["data"]["output"]
    await relay_own(http.desk.runtime.outbox, http.desk.runtime.publisher)
    (heard,) = await http.desk.hear(1)
    assert heard.data == answer.body


async def test_a_repeat_gets_the_same_receipt(http: HttpDesk) -> None:
    """200, the same bytes, one document; also where the first came by the stream."""
    (first,) = await http.desk.post(posted("1"))
    again = await http.post("1")
    assert (again.status, again.json["data"]["output"]) == (200, first.output)
    assert (await http.post("1", title="khác")).body == again.body
    assert len(await http.desk.documents()) == 1


async def test_simultaneous_posts_of_one_event_make_one_output(http: HttpDesk) -> None:
    """Whoever loses the race is told what the winner was told."""
    answers = await asyncio.gather(*(http.post("1") for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.body for answer in answers}) == len(await http.desk.documents()) == 1


async def test_a_wrong_event_is_refused_with_a_pointer_to_each_wrong_field(http: HttpDesk) -> None:
    """422, what is wrong and what would be right; kept with a receipt as by the stream. Under the same id it stays
    refused, and the answer says so to who has mended it."""
    answer = await http.post("1", published_on="yesterday", titel="x")
    assert (answer.status, answer.headers["Content-Type"]) == (422, PROBLEM)
    problem = answer.json
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/data/published_on", "bad_field"),
        ("/data/titel", "unknown_field"),
    ]
    assert problem["errors"][1]["candidates"] == ["title"]
    assert problem["receipt"]["type"] == "vn.dondoc.output.rejected.v1"
    mended = (await http.post("1")).json
    assert mended.pop("detail") == f"{problem.pop('detail')}. {REFUSED_BEFORE}"
    assert mended == problem
    assert len(await http.desk.documents("rejections")) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [(b"{", ""), (b"[]", ""), (b"\xff", ""), (posted("1").replace(b'"/cms"', b"7"), "/source"), (b"[" * 100_000, "")],
)
async def test_what_is_no_event_is_a_bad_request(http: HttpDesk, body: bytes, pointer: str) -> None:
    answer = await http.ask("POST", "/events", body, STRUCTURED)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, pointer)
    assert answer.json["errors"][0]["code"] == "bad_envelope"


@pytest.mark.parametrize("named", [{"Content-Type": "application/json"}, {"Content-Type": ""}])
async def test_an_event_in_binary_mode_is_the_same_event(http: HttpDesk, named: dict[str, str]) -> None:
    """Attributes in headers, percent-encoded; its repeat in structured mode is a repeat."""
    event = json.loads(posted("số 1"))
    headers = {f"ce-{name}": quote(str(event[name])) for name in ("specversion", "id", "source", "type")}
    answer = await http.ask("POST", "/events", json.dumps(event["data"]).encode(), headers | named)
    assert (answer.status, answer.json["data"]["submission"]["id"]) == (201, "số 1")
    assert (await http.post("số 1")).status == 200


async def test_a_batch_answers_each_event_by_itself(http: HttpDesk) -> None:
    """In order; the wrong ones keep nobody from being recorded, and a repeat within the batch is one."""
    right, wrong = json.loads(posted("1")), json.loads(posted("2", duty="local"))
    answer = await http.batch(right, wrong, right, 7)
    assert answer.status == 200
    results = answer.json["results"]
    assert [result["status"] for result in results] == [201, 422, 200, 400]
    assert results[0]["receipt"] == results[2]["receipt"]
    assert [error["code"] for error in results[1]["errors"]] == ["not_owed"]
    assert len(await http.desk.documents()) == 1


async def test_a_name_given_twice_touches_no_other_event_of_the_batch(http: HttpDesk) -> None:
    twice = posted("2").replace(b"{", b'{"id": "3", ', 1)
    answer = await http.ask("POST", "/events", b"[%s, %s]" % (twice, posted("1")), BATCH)
    assert [result["status"] for result in answer.json["results"]] == [400, 201]
    assert "gives 'id' more than once in one object" in answer.json["results"][0]["errors"][0]["detail"]


@pytest.mark.parametrize("events", [b"{}", b"[]", b"nonsense", b"[" * 100_000])
async def test_a_batch_that_is_none_is_a_bad_request(http: HttpDesk, events: bytes) -> None:
    answer = await http.ask("POST", "/events", events, {"Content-Type": "application/cloudevents-batch+json"})
    assert (answer.status, answer.headers["Content-Type"]) == (400, PROBLEM)


async def test_what_is_too_large_is_not_read(http: HttpDesk) -> None:
    """413, by the announced length and by what comes; also for too many events."""
    assert (await http.ask("POST", "/events", b" " * 1_000_001, STRUCTURED)).status == 413
    assert (await http.batch(*range(501))).status == 413


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/xml", ""])
async def test_another_content_type_is_refused(http: HttpDesk, media_type: str) -> None:
    """With what would be right; `application/json` alone carries no attributes."""
    answer = await http.ask("POST", "/events", posted("1"), {"Content-Type": media_type})
    assert answer.status == 415
    assert "application/cloudevents+json" in answer.json["detail"]


async def test_a_receipt_can_be_had_again_by_its_agency_alone(http: HttpDesk) -> None:
    """Another's receipt is as unknown as one that never was."""
    answer = await http.post("1")
    path = answer.headers["Location"].removeprefix("/v1")
    assert (await http.ask("GET", path)).body == answer.body
    with capture_logs() as logs:
        for name, agency in ((path, "huyen"), ("/receipts/receipt-0", "dai"), ("/receipts/day:2026-03-02", "dai")):
            assert (await http.ask("GET", name, agency=agency)).status == 404
    assert [(line["status"], line["agency"]) for line in logs] == [(404, "huyen"), (404, "dai"), (404, "dai")]
    assert path in logs[0]["asked"]


@pytest.mark.parametrize(
    ("given", "why", "what"),
    [
        ({"agency": "huyen"}, "wrong_agency", "'huyen'"),
        ({"duty": "local"}, "not_owed", "local"),
    ],
)
async def test_an_event_that_reaches_for_another_agency_is_refused_and_logged(
    http: HttpDesk, given: dict[str, str], why: str, what: str
) -> None:
    """Its name or its duty: the log says who tried what."""
    with capture_logs() as logs:
        answer = await http.ask("POST", "/events", posted("1", **given), STRUCTURED)
    (line,) = (line for line in logs if line.get("why") == why)
    assert line["agency"] == "dai"
    assert what in line["what"]
    assert answer.status == 422
    assert await http.desk.documents() == []


async def test_occurrences_are_ones_own_with_their_state(http: HttpDesk) -> None:
    """As of the last day, by the same fold as the report; asked for by state, plan and duty."""
    await http.post("1")
    whole = (await http.ask("GET", "/occurrences?duty=tv")).json
    assert whole["as_of"] == "2026-03-02"
    states = {line["period"]: line["state"] for line in whole["occurrences"]}
    assert (states["2026-01"], states["2026-02"], states["2026-03"]) == ("overdue", "met", "open")
    overdue = (await http.ask("GET", "/occurrences?state=overdue&duty=tv")).json["occurrences"]
    assert [(line["period"], line["register_by"]) for line in overdue] == [("2026-01", "2026-02-07")]
    assert {line["agency"] for line in (await http.ask("GET", "/occurrences", agency="huyen")).json["occurrences"]} == {
        "huyen"
    }


async def test_an_agency_asks_for_its_occurrences_twice_at_once_and_no_more(http: HttpDesk) -> None:
    """A list costs what all outputs do, and is made to its end though nobody waits for it; others are answered."""
    with http.incoming.lists.place("dai", LISTS_AT_ONCE):
        refused = await http.ask("GET", "/occurrences")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "2")
        assert "of questions for occurrences, dai may send 2 at once" in refused.json["detail"]
        assert (await http.ask("GET", "/occurrences", agency="huyen")).status == 200
    assert (await http.ask("GET", "/occurrences")).status == 200


@pytest.mark.parametrize("query", ["state=late", "statee=overdue"])
async def test_an_unknown_filter_is_refused(http: HttpDesk, query: str) -> None:
    answer = await http.ask("GET", f"/occurrences?{query}")
    assert (answer.status, answer.headers["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/events", 405), ("PUT", "/nothing", 404)])
async def test_other_paths_and_methods_are_problems_too(http: HttpDesk, method: str, path: str, status: int) -> None:
    answer = await http.ask(method, path)
    assert (answer.status, answer.headers["Content-Type"]) == (status, PROBLEM)


async def test_a_service_that_stops_says_when_to_come_again(http: HttpDesk) -> None:
    http.health.waiting_for = "stopping"
    answer = await http.post("1")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert await http.desk.documents() == []
