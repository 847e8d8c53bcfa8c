"""HTTP/1.1 over a connection that is kept: as much of a client as our server asks for, on plain sockets."""

import asyncio
from collections.abc import Mapping

from tests.harness.http import Answered


class Kept:
    """One connection; one request after the other. Bodies must come with their length, as all of ours do."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> "Kept":
        """Raises OSError where nobody listens."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answered:
        """The answer, its headers' names in small letters. Raises OSError or EOFError where the connection breaks."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self._writer.drain()
        first, *rest = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        answer = await self._reader.readexactly(int(told["content-length"]))
        return Answered(int(first.split()[1]), told, answer)

    def close(self) -> None:
        """At once."""
        self._writer.transport.abort()
