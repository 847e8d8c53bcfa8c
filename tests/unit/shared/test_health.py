"""What a service says of itself."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from shared.health import Health, WebServer
from shared.listener import listen, port_of
from tests.unit.shared.asking_health import get, ready


async def _well() -> str | None:
    return None


async def _ill() -> str | None:
    return "no connection to NATS"


async def _fails() -> str | None:
    raise ConnectionError("refused")


@asynccontextmanager
async def _served(health: Health) -> AsyncIterator[int]:
    """The port on which it answers."""
    listener = listen("127.0.0.1", 0)
    web = WebServer(health, listener)
    serving = asyncio.create_task(web.serve())
    yield port_of(listener)
    web.should_exit = True
    await serving


@pytest.fixture
def health() -> Health:
    """A service that has found everything it needs."""
    health = Health()
    health.waiting_for = None
    return health


async def test_a_service_that_waits_is_live_and_not_ready() -> None:
    """It says what it waits for, so that nobody has to read its log."""
    health = Health()
    health.waiting_for = "waiting for NATS: no servers"
    async with _served(health) as port:
        assert await ready(port) == (503, {"start": "waiting for NATS: no servers"})
        assert (await get(port, "/health/live"))[0] == 200


async def test_a_service_is_ready_when_every_check_passes(health: Health) -> None:
    """Checks that pass leave nothing to say."""
    health.add_check("nats", _well)
    async with _served(health) as port:
        assert await get(port, "/health/ready") == (200, '{"status":"ready"}')


async def test_each_check_that_does_not_pass_is_named(health: Health) -> None:
    """A check's text, and whatever it raises, is told under its name; one failure hides no other."""
    health.add_check("nats", _ill)
    health.add_check("mongo", _fails)
    health.add_check("intake", _well)
    async with _served(health) as port:
        problems = {"nats": "no connection to NATS", "mongo": "ConnectionError: refused"}
        assert await ready(port) == (503, problems)


async def test_a_check_that_hangs_is_a_problem(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness answers in time even where a server doesn't."""
    monkeypatch.setattr("shared.health.CHECK_WITHIN_SECONDS", 0)
    health.add_check("mongo", asyncio.Event().wait)  # type: ignore[arg-type]
    assert await health.problems() == {"mongo": "no answer within 0 s"}


async def test_what_comes_just_before_it_is_ready_is_told_to_come_again() -> None:
    """That it isn't served yet is said in the turn of the loop in which it was looked for: a client that comes while
    the service becomes ready is never told that its path is none."""
    health = Health()
    app = Starlette(routes=health.routes(), exception_handlers={404: health.missing})
    told: list[Any] = []

    async def hear() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def tell(message: Message) -> None:
        told.append(message.get("status"))

    def become_ready() -> None:
        health.waiting_for = None
        told.append("ready")

    asyncio.get_running_loop().call_soon(become_ready)
    request = {"type": "http", "method": "POST", "path": "/v1/events", "headers": [], "query_string": b""}
    await app({**request, "root_path": ""}, hear, tell)
    assert told == [503, None]


async def test_metrics_are_prometheus_text() -> None:
    """What the service counts is there from the start, at zero."""
    async with _served(Health()) as port:
        status, text = await get(port, "/metrics")
    assert status == 200
    assert "# TYPE dondoc_outbox_unpublished gauge" in text


async def test_an_answer_waits_for_no_acknowledgement() -> None:
    """What a listener is set to, its connections are."""
    web = WebServer(Health(), listen("127.0.0.1", 0))
    serving = asyncio.create_task(web.serve())
    while not web.started:
        await asyncio.sleep(0.01)
    (listener,) = web.servers[0].sockets
    assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    web.should_exit = True
    await serving


@pytest.mark.parametrize(
    "request_", [b"\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"]
)
@pytest.mark.parametrize("kept", [False, True], ids=["at once", "after a request"])
async def test_what_is_no_http_is_a_problem_too(request_: bytes, kept: bool) -> None:
    """Of the same form as all others, and the connection ends: where the next request begins nobody knows."""
    async with _served(Health()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if kept:
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b'{"status":"live"}')
        writer.write(request_)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"connection: close" in head.lower()
    assert json.loads(body)["status"] == 400


async def test_a_request_of_two_lengths_brings_no_other_in() -> None:
    """What one reader takes for its body is another's next request: it is refused, and nothing is read after it."""
    inner = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    lengths = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    async with _served(Health()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /health/live HTTP/1.1\r\nHost: x\r\n" + lengths + b"\r\n0\r\n\r\n" + inner)
        answer = await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert b"not both" in answer
