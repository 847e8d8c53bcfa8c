"""A mail server that thinks after the final dot for as long as it is told."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class SlowMail:
    """`taken` holds the bytes of what it took, by Message-ID; `busy` is set while it has a text in hand."""

    def __init__(self, think_seconds: float) -> None:
        self.think_seconds = think_seconds
        self.taken: dict[str, list[bytes]] = defaultdict(list)
        self.busy = asyncio.Event()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken[str(message_from_bytes(content)["Message-ID"]).strip()].append(content)
        self.busy.set()
        await asyncio.sleep(self.think_seconds)
        self.busy.clear()
        return "250 OK"

    @property
    def doubled(self) -> dict[str, list[bytes]]:
        return {name: copies for name, copies in self.taken.items() if len(copies) > 1}


@asynccontextmanager
async def slow_mail(think_seconds: float) -> AsyncIterator[tuple[SlowMail, str]]:
    """The server, and its URL for DONDOC_SMTP_URL."""
    handler, loop = SlowMail(think_seconds), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="localhost", loop=loop), "127.0.0.1", 0)
    try:
        yield handler, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
