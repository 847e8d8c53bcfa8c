"""Asking over HTTP as any client does: nothing of ours between the request and the socket."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from shared.health import Health, WebServer
from shared.listener import listen, port_of

WITHIN_SECONDS = 60


class Answered(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def request(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answered:
    """The answer, whatever its status is."""
    asked = urllib.request.Request(url, body, dict(headers or {}), method=method)

    def ask() -> Answered:
        try:
            with urllib.request.urlopen(asked, timeout=WITHIN_SECONDS) as got:
                return Answered(got.status, got.headers, got.read())
        except urllib.error.HTTPError as refused:
            return Answered(refused.code, refused.headers, refused.read())

    return await asyncio.to_thread(ask)


@asynccontextmanager
async def begun(
    url: str, token: str, length: int | None, media_type: str = ""
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which a post has begun, of which no byte of the body has come; without a length in chunks."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    framing = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
    kind = f"Content-Type: {media_type}\r\n" if media_type else ""
    head = f"POST {where.path}?{where.query} HTTP/1.1\r\nHost: {where.netloc}\r\n{framing}\r\n{kind}"
    writer.write(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def served(health: Health) -> AsyncIterator[tuple[WebServer, str]]:
    """A service's web server and its address."""
    listener = listen("127.0.0.1", 0)
    web = WebServer(health, listener)
    serving = asyncio.create_task(web.serve())
    while not web.started:
        await asyncio.sleep(0.01)
    yield web, f"http://127.0.0.1:{port_of(listener)}"
    web.should_exit = True
    await serving
