"""Asking over HTTP as any client does: nothing of ours between the request and the socket."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from deploy.servers.ports import free_port
from shared.health import Health, WebServer

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
async def served(health: Health) -> AsyncIterator[tuple[WebServer, str]]:
    """A service's web server and its address."""
    port = free_port(0)
    web = WebServer(health, "127.0.0.1", port)
    serving = asyncio.create_task(web.serve())
    while not web.started:
        await asyncio.sleep(0.01)
    yield web, f"http://127.0.0.1:{port}"
    web.should_exit = True
    await serving
