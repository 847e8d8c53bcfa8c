"""What is too large for a message lies in JetStream's object store, and the message says where.

Both ways: documents that are answered, and files that are handed to a service.
"""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from urllib.parse import quote

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError, ObjectNotFoundError

from shared.answers import Answer
from shared.ask import BUCKET, DIGEST, FILE_NAME, FILE_TYPE, NAME
from shared.outcomes import Rejected
from shared.topology import DOCUMENTS

# The server's limit for a message is 1 MiB, headers and all.
LARGEST_MESSAGE_BYTES = 900_000
# A request carries a file as base64, four bytes for three.
LARGEST_ENCLOSED_BYTES = 600_000


async def reply(js: JetStreamContext, name: str, data: bytes) -> Answer:
    """The bytes themselves, or headers with bucket, name and digest (`SHA-256=` and hex) of the object."""
    if len(data) <= LARGEST_MESSAGE_BYTES:
        return Answer(data)
    return Answer(b"", _where(await _put(js, name, data)))


async def reply_pieces(
    js: JetStreamContext, stored: str, size: int, pieces: AsyncIterator[bytes], headers: dict[str, str]
) -> Answer:
    """As `reply` does, of `size` bytes that come piece by piece, with further headers; few are in memory at a time.

    `stored` is the object's name: the bytes' SHA-256 in hex, a slash, and a word.
    """
    if size <= LARGEST_MESSAGE_BYTES:
        return Answer(b"".join([piece async for piece in pieces]), headers)
    store = await js.object_store(DOCUMENTS)
    try:
        await store.get_info(stored)
    except ObjectNotFoundError:
        await store.put(stored, _Reader(pieces, asyncio.get_running_loop()))  # type: ignore[arg-type]
    return Answer(b"", headers | _where(stored))


def file_headers(name: str, media_type: str) -> dict[str, str]:
    """What an answer that is a file says of it."""
    return {FILE_NAME: quote(name, safe=""), FILE_TYPE: media_type}


async def enclose(js: JetStreamContext, name: str, data: bytes) -> dict[str, bytes | str]:
    """How a request carries a file: `{"file": bytes}`, or `{"stored": name of the object}`."""
    if len(data) <= LARGEST_ENCLOSED_BYTES:
        return {"file": data}
    return {"stored": await _put(js, name, data)}


async def fetch(js: JetStreamContext, stored: str, most: int) -> bytes:
    """The file that a request names. Raises Rejected where there is none, or one of more than `most` bytes."""
    store = await js.object_store(DOCUMENTS)
    try:
        size = (await store.get_info(stored)).size or 0
        if size > most:
            raise Rejected(f"the file {stored!r} has {size} bytes; {most} at most are read")
        return (await store.get(stored)).data or b""
    except NotFoundError:
        raise Rejected(f"there is no file {stored!r} in the object store {DOCUMENTS}") from None


async def _put(js: JetStreamContext, name: str, data: bytes) -> str:
    """The object's name, which holds its digest, so that the same bytes are stored once."""
    stored = f"{sha256(data).hexdigest()}/{name}"
    store = await js.object_store(DOCUMENTS)
    try:
        await store.get_info(stored)
    except ObjectNotFoundError:
        await store.put(stored, data)
    return stored


def _where(stored: str) -> dict[str, str]:
    return {BUCKET: DOCUMENTS, NAME: stored, DIGEST: f"SHA-256={stored.partition('/')[0]}"}


class _Reader:
    """Pieces as the file that the client library reads in a thread of its own, while they come from the event loop."""

    def __init__(self, pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = pieces
        self._loop = loop
        self._left = memoryview(b"")

    def readinto(self, buffer: bytearray) -> int:
        """Fill the buffer's beginning; how many bytes, 0 at the end."""
        if not self._left:
            self._left = memoryview(asyncio.run_coroutine_threadsafe(self._next(), self._loop).result())
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    async def _next(self) -> bytes:
        return await anext(self._pieces, b"")
