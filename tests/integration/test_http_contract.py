"""What the service answers is what the OpenAPI document promises: real answers against the published schemas."""

import json
import re
from urllib.parse import quote

from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.contracts.http_limits import BATCH_EVENTS, EVENT_BYTES
from shared.mongo import Mongo
from shared.settings import Settings
from tests.integration.http_desk import STRUCTURED, HttpDesk, open_http_desk
from tests.integration.intake_desk import posted
from tests.integration.promised import OPENAPI, check
from tests.unit.submissions.sample_files import sample


async def test_answers_to_one_event(http: HttpDesk) -> None:
    """First, again, in binary mode, wrong, and no event at all."""
    check(await http.post("1", url="https://dai.example/1", topics=[]), "post", "/v1/events", 201)
    check(await http.post("1"), "post", "/v1/events", 200)
    check(await http.post("2", titel="x", published_on="?"), "post", "/v1/events", 422)
    check(await http.ask("POST", "/events", b"<event/>", STRUCTURED), "post", "/v1/events", 400)
    event = json.loads(posted("số 3"))
    headers = {f"ce-{name}": quote(str(event[name])) for name in ("specversion", "id", "source", "type")}
    headers["Content-Type"] = "application/json"
    check(await http.ask("POST", "/events", json.dumps(event["data"]).encode(), headers), "post", "/v1/events", 201)


async def test_answers_to_a_batch(http: HttpDesk) -> None:
    """Of each status, and a batch that is none."""
    right, other = json.loads(posted("1")), json.loads(posted("2", duty="local"))
    answer = await http.batch(right, other, right, 7)
    check(answer, "post", "/v1/events", 200)
    assert [result["status"] for result in answer.json["results"]] == [201, 422, 200, 400]
    check(await http.batch(), "post", "/v1/events", 400)


async def test_answers_to_what_is_not_taken_in(http: HttpDesk) -> None:
    """Too large, too many, of another kind, without a token, and while the service stops."""
    check(await http.ask("POST", "/events", b" " * (EVENT_BYTES + 1), STRUCTURED), "post", "/v1/events", 413)
    check(await http.batch(*range(BATCH_EVENTS + 1)), "post", "/v1/events", 413)
    check(await http.ask("POST", "/events", posted("1"), {"Content-Type": "text/plain"}), "post", "/v1/events", 415)
    nobody = {"Authorization": "Bearer dondoc_nobody"}
    check(await http.ask("POST", "/events", posted("1"), STRUCTURED | nobody), "post", "/v1/events", 401)
    http.health.waiting_for = "stopping"
    check(await http.post("1"), "post", "/v1/events", 503)


async def test_the_answer_to_who_posts_too_fast(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext
) -> None:
    async with open_http_desk(settings, mongo, nc, rate=0.1) as http:
        assert (await http.post("1")).status == 201
        check(await http.post("2"), "post", "/v1/events", 429)


async def test_answers_to_who_reads(http: HttpDesk) -> None:
    """A receipt of each kind and none, occurrences, and a filter that there isn't."""
    for answer in (await http.post("1"), await http.post("2", duty="local")):
        receipt = answer.json.get("receipt", answer.json)
        check(await http.ask("GET", f"/receipts/{receipt['id']}"), "get", "/v1/receipts/{id}", 200)
    check(await http.ask("GET", "/receipts/receipt-0"), "get", "/v1/receipts/{id}", 404)
    occurrences = await http.ask("GET", "/occurrences")
    check(occurrences, "get", "/v1/occurrences", 200)
    assert occurrences.json["occurrences"]
    check(await http.ask("GET", "/occurrences?state=late"), "get", "/v1/occurrences", 400)


async def test_answers_about_evidence(http: HttpDesk) -> None:
    """Kept, kept before, of another kind, too large, without a name, and a file that there isn't."""
    file, path = sample("pdf"), "/v1/evidence"
    kept = await http.keep("a.pdf", file)
    check(kept, "post", path, 201)
    check(await http.keep("a.pdf", file), "post", path, 200)
    check(await http.keep("a.pdf", b"<html>"), "post", path, 415)
    check(await http.ask("POST", "/evidence", file), "post", path, 400)
    http.files.bounds = http.files.bounds._replace(agency=len(file))
    check(await http.keep("b.png", sample("png")), "post", path, 413)
    check(await http.ask("GET", f"/evidence/{'0' * 64}"), "get", f"{path}/{{sha256}}", 404)
    told = await http.ask("GET", f"/evidence/{kept.json['evidence']}")
    promised = OPENAPI["paths"][f"{path}/{{sha256}}"]["get"]["responses"]["200"]
    assert told.headers["Content-Type"] in promised["content"]
    pattern = promised["headers"]["Content-Disposition"]["schema"]["pattern"]
    assert re.search(pattern, told.headers["Content-Disposition"])


async def test_occurrences_before_the_first_day(http: HttpDesk, mongo: Mongo) -> None:
    await mongo.db["days"].delete_many({})
    answer = await http.ask("GET", "/occurrences")
    check(answer, "get", "/v1/occurrences", 200)
    assert answer.json["as_of"] is None
