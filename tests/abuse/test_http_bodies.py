"""Whatever is posted over HTTP is answered by the contract, and changes nothing but by the contract."""

import asyncio
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.abuse.bodies import BODIES, anything, events, no_events, written
from tests.harness.http import Answered, request
from tests.integration.http_desk import BATCH, STRUCTURED, HttpDesk
from tests.integration.intake_desk import posted


@BODIES
@given(st.lists(events | anything, min_size=20, max_size=60))
async def test_every_event_of_a_batch_gets_its_receipt(http: HttpDesk, batch: list[Any]) -> None:
    """Each is recorded, told again, or rejected with a code and a text for each fault, and the receipt is on record."""
    answer = await http.ask("POST", "/events", written(batch), BATCH)
    assert answer.status == 200
    results = answer.json["results"]
    assert len(results) == len(batch)
    for result in results:
        assert result["status"] in {200, 201, 400, 422}
        assert result["receipt"]["subject"].endswith(".dai")
        for error in result.get("errors", []):
            assert error["code"]
            assert error["detail"]


@BODIES
@given(no_events)
async def test_bytes_that_are_no_event_are_a_bad_request(http: HttpDesk, body: bytes) -> None:
    answer = await http.ask("POST", "/events", body, STRUCTURED)
    assert answer.status == 400
    assert answer.json["receipt"]["type"] == "vn.dondoc.output.rejected.v1"


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        posted("1").replace(b'"tv"', b'"tv", "duty": "radio"'),
        posted("1").replace(b'"2026-02-11"', b"NaN"),
        posted("1").replace(b'"2026-02-11"', b"9" * 5_000),
        posted("x" * 300),
        posted("1", title={"$ne": None}),
        posted("1", note="\x00"),
    ],
)
async def test_what_is_made_to_hurt_is_rejected(http: HttpDesk, body: bytes) -> None:
    """Deep nesting, numbers without end, operators of the database: an answer like any other, and nothing recorded."""
    answer = await http.ask("POST", "/events", body, STRUCTURED)
    assert answer.status in {201, 400, 422}
    assert (answer.status == 201) == bool(await http.desk.documents())
    assert (await http.post("fine")).status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/receipts/%00",
        "/receipts/a%0ab",
        "/receipts/%ff",
        "/receipts/..%2f..%2fetc",
        "/receipts/" + "x" * 5_000,
        "/occurrences?plan=%00",
    ],
)
async def test_paths_are_only_names(http: HttpDesk, path: str) -> None:
    answer = await http.ask("GET", path)
    assert answer.status in {200, 404}
    assert answer.json.get("occurrences", []) == []
    assert answer.status == 200 or answer.headers["Content-Type"] == "application/problem+json"


async def test_a_body_without_an_announced_length_is_read_up_to_the_limit(http: HttpDesk) -> None:
    """Chunked, one after another: 413 as soon as it is too much, however much would follow."""
    url = urlsplit(http.url)
    head = (
        f"POST {url.path}/events HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {http.tokens['dai']}\r\n"
        "Content-Type: application/cloudevents+json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answer = await _raw(url.hostname or "", url.port or 0, head.encode(), b"10000\r\n" + b" " * 0x10000 + b"\r\n", 40)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert (await http.post("1")).status == 201


@pytest.mark.parametrize(("token", "status"), [(None, 413), ("dondoc_nobody", 401)])
async def test_who_reads_the_answer_last_gets_it(http: HttpDesk, token: str | None, status: int) -> None:
    """A client that first sends all of its body, on a connection that ends with the answer, meets no reset."""
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    assert (await http.ask("POST", "/events", b" " * 20_000_000, STRUCTURED | shown)).status == status


@pytest.mark.parametrize("token", ["é", "a b", "\x7f", "x" * 10_000, "$ne"])
async def test_a_token_is_only_a_name(http: HttpDesk, token: str) -> None:
    answer: Answered = await request(
        "GET",
        http.url + "/occurrences",
        headers={"Authorization": b"Bearer " + token.encode("utf-8")},  # type: ignore[dict-item]
    )
    assert answer.status == 401


async def _raw(host: str, port: int, head: bytes, chunk: bytes, times: int) -> bytes:
    def talk() -> bytes:
        with socket.create_connection((host, port), timeout=30) as connection:
            connection.sendall(head)
            with suppress(OSError):  # it has heard enough
                for _ in range(times):
                    connection.sendall(chunk)
            return connection.recv(4096)

    return await asyncio.to_thread(talk)
