"""Answers too large for a message: kept in JetStream's object store, and the reply says where."""

from hashlib import sha256

from nats.js import JetStreamContext
from nats.js.errors import ObjectNotFoundError

from shared.answers import Answer
from shared.ask import BUCKET, DIGEST, NAME
from shared.topology import DOCUMENTS

# The server's limit for a message is 1 MiB, headers and all.
LARGEST_MESSAGE_BYTES = 900_000


async def reply(js: JetStreamContext, name: str, data: bytes) -> Answer:
    """The bytes themselves, or headers with bucket, name and digest (`SHA-256=` and hex) of the object.

    The object's name holds its digest, so the same document is stored once.
    """
    if len(data) <= LARGEST_MESSAGE_BYTES:
        return Answer(data)
    digest = sha256(data).hexdigest()
    stored = f"{digest}/{name}"
    store = await js.object_store(DOCUMENTS)
    try:
        await store.get_info(stored)
    except ObjectNotFoundError:
        await store.put(stored, data)
    return Answer(b"", {BUCKET: DOCUMENTS, NAME: stored, DIGEST: f"SHA-256={digest}"})
