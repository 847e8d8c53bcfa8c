"""Nobody posts or reads over HTTP as somebody else, and nobody without a token that counts."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from services.submissions.credentials import make_token
from shared.contracts.outputs import OutputRejected
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.http import request
from tests.integration.http_desk import BATCH, STRUCTURED, HttpDesk, open_http_desk
from tests.integration.intake_desk import posted
from tests.unit.submissions.sample_files import sample

SLOW = 0.5  # events a second, so five at once


@pytest.mark.parametrize(
    "path", ["/events", "/receipts/receipt-0", "/occurrences", "/evidence?name=a.pdf", f"/evidence/{'0' * 64}"]
)
@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic ZGFpOmRhaQ==", "Bearer {}x", "{}"]
)
async def test_without_a_token_nothing_opens(http: HttpDesk, path: str, shown: str) -> None:
    """Missing, unknown, tampered with, or shown in another way: 401, and the log says who came for what."""
    headers = STRUCTURED | {"Authorization": shown.format(http.tokens["dai"])}
    bodies = {"/events": posted("1"), "/evidence?name=a.pdf": sample("pdf")}
    method, body = ("POST", bodies[path]) if path in bodies else ("GET", None)
    with capture_logs() as logs:
        answer = await request(method, http.url + path, body, headers)
    assert (answer.status, answer.json["status"]) == (401, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    (line,) = [line for line in logs if line["event"] == "refused"]
    assert (line["client"], line["path"]) == ("127.0.0.1", f"/v1{path.partition('?')[0]}")
    kept = [await http.desk.documents(name) for name in ("outputs", "rejections", "evidence.files", "evidence.uploads")]
    assert kept == [[], [], [], []]


async def test_of_two_tokens_neither_counts(http: HttpDesk) -> None:
    """A proxy may have read the other one."""
    at = urlsplit(http.url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    told = "".join(f"Authorization: Bearer {http.tokens[agency]}\r\n" for agency in ("dai", "huyen"))
    writer.write(f"GET {at.path}/occurrences HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{told}\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"send one `Authorization` header" in answer


async def test_a_revoked_token_ends_at_once(http: HttpDesk) -> None:
    """The next request is refused, and the log tells whose token it was; others' go on."""
    assert (await http.post("1")).status == 201
    assert await http.credentials.end("dai", datetime.now(UTC)) == 1
    with capture_logs() as logs:
        assert (await http.post("2")).status == 401
    assert [line["agency"] for line in logs if line["event"] == "refused"] == ["dai"]
    assert (await http.ask("GET", "/occurrences", agency="huyen")).status == 200


async def test_a_token_counts_until_its_end(http: HttpDesk) -> None:
    """So that a new one can be brought in before the old one goes."""
    now = datetime.now(UTC)
    for name, ends in (("over", now - timedelta(seconds=1)), ("soon", now + timedelta(hours=1))):
        http.tokens[name] = make_token()
        await http.credentials.add(http.tokens[name], "dai", now, ends)
    assert (await http.post("1", agency="over")).status == 401
    assert (await http.post("1", agency="soon")).status == 201
    assert (await http.post("1")).status == 200


async def test_tokens_are_kept_as_hashes_alone(http: HttpDesk, mongo: Mongo) -> None:
    kept = [document async for document in mongo.db["credentials"].find({})]
    assert len(kept) == 2
    assert not any(token in str(kept) for token in http.tokens.values())


async def test_what_is_posted_is_the_tokens_agencys(http: HttpDesk) -> None:
    """The agency in the body counts for nothing but a refusal; the one of the token is recorded."""
    assert (await http.post("1")).status == 201
    other = await http.ask("POST", "/events", posted("2", agency="dai", duty="local"), STRUCTURED, "huyen")
    assert [error["code"] for error in other.json["errors"]] == ["wrong_agency"]
    assert {document["agency"] for document in await http.desk.documents()} == {"dai"}


async def test_one_id_of_two_agencies_is_two_events(http: HttpDesk) -> None:
    """Nobody can take another's id away by being first."""
    first = await http.post("1")
    second = await http.post("1", agency="huyen", duty="local")
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


async def test_who_posts_too_fast_is_told_when_to_come_again(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext
) -> None:
    """429 for that agency alone, and nothing of it is recorded; what was saved up may go at once."""
    async with open_http_desk(settings, mongo, nc, SLOW) as http:
        answers = [await http.post(str(number)) for number in range(6)]
        assert [answer.status for answer in answers] == [201] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) in {1, 2}
        assert (await http.post("1", agency="huyen", duty="local")).status == 201
        assert len(await http.desk.documents()) == 6
        assert (await http.keep("a.pdf", sample("pdf"))).status == 429


async def test_bounds_are_the_operators(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> None:
    """By HTTP and by NATS; the answer names the one that was crossed."""
    bounds = {"http_event_bytes": 10_000, "http_batch_bytes": 20_000, "intake_depth": 10}
    small = settings.model_copy(update=bounds)
    deep: Any = 1
    for _ in range(10):
        deep = [deep]
    nested = json.dumps(json.loads(posted("deep")) | {"anattribute": deep}).encode()
    async with open_http_desk(small, mongo, nc) as http:
        large = await http.post("large", note="x" * 2000, url="https://dai.example/" + "x" * 9000)
        batch = await http.batch(*[json.loads(posted(str(number))) for number in range(200)])
        element = await http.batch(
            json.loads(posted("1")), json.loads(posted("2", note="x" * 2000, url="https://dai.example/" + "x" * 9000))
        )
        neighbours = await http.batch(json.loads(posted("3")), json.loads(nested))
        deepest = await http.ask("POST", "/events", b"[" * 990 + b"]" * 990, BATCH)
        too_deep = await http.ask("POST", "/events", nested, STRUCTURED)
        by_nats = await http.desk.post(nested)
    assert (large.status, "10000 bytes" in large.json["detail"]) == (413, True)
    assert (batch.status, "20000 bytes" in batch.json["detail"]) == (413, True)
    assert (element.status, "/1 is larger than 10000" in element.json["detail"]) == (413, True)
    assert [one["status"] for one in neighbours.json["results"]] == [201, 400]
    assert (deepest.status, "more than 10 levels" in deepest.json["detail"]) == (400, True)
    assert (too_deep.status, "more than 10 levels" in too_deep.json["detail"]) == (400, True)
    assert isinstance(by_nats[0], OutputRejected)
    assert by_nats[0].reasons[0].code == "bad_envelope"
