"""Asking a service whether it is ready."""

import asyncio

import pytest

from deploy.health import is_ready
from deploy.servers.ports import LOOPBACK, free_port


async def _answering(answer: bytes) -> tuple[asyncio.Server, int, list[bytes]]:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    return server, server.sockets[0].getsockname()[1], asked


@pytest.mark.parametrize(
    ("answer", "ready"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", False),
        (b"HTTP/1.1\r\n", False),
        (b"", False),
    ],
    ids=["ready", "not ready", "half an answer", "no answer"],
)
async def test_only_200_is_ready(answer: bytes, ready: bool) -> None:
    """Whatever else a port answers, the service isn't ready."""
    server, port, _ = await _answering(answer)
    async with server:
        assert await is_ready(port) is ready


async def test_it_asks_for_readiness_not_for_life() -> None:
    """A service that lives may still be waiting for its servers."""
    server, port, asked = await _answering(b"HTTP/1.1 200 OK\r\n\r\n")
    async with server:
        await is_ready(port)
    assert asked == [b"GET /health/ready HTTP/1.1\r\n"]


async def test_where_nobody_listens_nothing_is_ready() -> None:
    """A service that hasn't opened its port yet is an answer, not an error."""
    assert not await is_ready(free_port(0))
