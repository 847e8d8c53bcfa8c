"""Messages that the client library can't read must not end the connection.

nats-py ends its reading task, silently and for good, at a subject that isn't UTF-8 or headers that aren't headers; and
what was in the stream comes back after a restart. So such a message is made readable before the library looks at it:
then it is answered like any other wrong one.
"""

from datetime import UTC, datetime

from nats.aio.client import Client
from nats.aio.msg import Msg

FIRST_LINE = b"NATS/1.0"
SHORT_REPLY = 9  # tokens, of a server that says no domain
_LEAST = len(FIRST_LINE) + len(b"\r\n")


def read_anything(nc: Client) -> None:
    """Guard a connection; call it once, before anything is subscribed."""
    process = nc._process_msg

    async def guarded(sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes | None) -> None:
        await process(sid, readable(subject), readable(reply), data, readable_headers(headers))  # type: ignore[arg-type]

    nc._process_msg = guarded  # type: ignore[method-assign]


def stored_at(msg: Msg) -> datetime:
    """When the stream stored the message: the library's `metadata.timestamp`, without all the rest that stands there.

    Source: the subject on which JetStream wants its acknowledgement, of nine tokens or of eleven and more.
    """
    tokens = msg.reply.split(".")
    nanoseconds = int(tokens[7] if len(tokens) == SHORT_REPLY else tokens[9])
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


def readable(text: bytes) -> bytes:
    """UTF-8, with a mark where it was none."""
    return text if text.isascii() else text.decode("utf-8", "replace").encode()


def readable_headers(headers: bytes | None) -> bytes | None:
    """The headers as UTF-8, or None where they are no NATS headers or hold none."""
    if headers is None or not headers.startswith(FIRST_LINE) or len(headers) <= _LEAST:
        return None
    return readable(headers)
