"""What is too large for a message lies in JetStream's object store, and the message says where.

Both ways: documents that are answered, and files that are handed to a service.
"""

from hashlib import sha256

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError, ObjectNotFoundError

from shared.answers import Answer
from shared.ask import BUCKET, DIGEST, NAME
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
    stored = await _put(js, name, data)
    return Answer(b"", {BUCKET: DOCUMENTS, NAME: stored, DIGEST: f"SHA-256={stored.partition('/')[0]}"})


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
