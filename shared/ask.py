"""Asking a service by NATS request and reply, for commands and for other programs."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js.errors import NotFoundError

ERROR = "Nats-Service-Error"
ERROR_CODE = "Nats-Service-Error-Code"
# An answer that is too large for a message lies in the object store; the reply says where.
BUCKET = "Dondoc-Object-Bucket"
NAME = "Dondoc-Object-Name"
DIGEST = "Dondoc-Object-Digest"
# Of an answer that is a file: its name, percent-encoded UTF-8 (RFC 3986, 2.1), and its media type.
FILE_NAME = "Dondoc-File-Name"
FILE_TYPE = "Dondoc-File-Type"


# Services ask each other with less patience, and may not ask who runs.
LOOK_EVERY = timedelta(seconds=20)
HEARD_WITHIN = timedelta(seconds=2)


class Refused(Exception):
    """The service answered that it can't; `code` is 400 for a wrong request, 409 where somebody else's word came first,
    503 for not now, 500 for its own fault."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class NoAnswer(Exception):
    """Nobody answered; the text says who, and what to do."""


async def ask(nc: Client, subject: str, payload: bytes, within: timedelta) -> bytes:
    """The answer's bytes, fetched from the object store where they were too many for a message.

    Raises Refused with the service's text, NoAnswer where no service listens, none answers in time, or the one that was
    asked is gone.
    """
    reply = await _reply(nc, subject, payload, within)
    headers = reply.headers or {}
    if BUCKET in headers:
        store = await nc.jetstream().object_store(headers[BUCKET])
        data = (await store.get(headers[NAME])).data
        return data or b""
    return reply.data


class File(NamedTuple):
    """A file that a service hands out: read `pieces` once, in order."""

    name: str
    type: str
    pieces: AsyncIterator[bytes]


async def ask_for_file(nc: Client, subject: str, payload: bytes, within: timedelta) -> File:
    """The file that is the answer; a piece of it is in memory at a time. Raises as `ask` does.

    `pieces` raises LookupError where the object store loses one while they are read.
    """
    reply = await _reply(nc, subject, payload, within)
    headers = reply.headers or {}
    stored = _stored_pieces(nc, headers[BUCKET], headers[NAME]) if BUCKET in headers else _just(reply.data)
    return File(unquote(headers[FILE_NAME]), headers[FILE_TYPE], stored)


async def _reply(nc: Client, subject: str, payload: bytes, within: timedelta) -> Msg:
    service = subject.split(".")[1]
    try:
        reply = await _unless_gone(nc, service, nc.request(subject, payload, timeout=within.total_seconds()))
    except NoRespondersError:
        raise NoAnswer(f"the {service} service does not run on this NATS server; start it and try again") from None
    except TimeoutError:
        seconds = round(within.total_seconds())
        raise NoAnswer(f"the {service} service did not answer within {seconds} s") from None
    headers = reply.headers or {}
    if ERROR in headers:
        raise Refused(headers.get(ERROR_CODE, "500"), reply.data.decode() or headers[ERROR])
    return reply


async def _unless_gone(nc: Client, service: str, request: Coroutine[Any, Any, Msg]) -> Msg:
    """What the request answers. Raises NoAnswer where all who might work on it are gone: a service that died and was
    started again knows nothing of what it was asked before."""
    began = datetime.now(UTC)
    asking = asyncio.create_task(request)
    try:
        while not (await asyncio.wait({asking}, timeout=LOOK_EVERY.total_seconds()))[0]:
            started = await _started(nc, service)
            if started and min(started) > began and not asking.done():
                raise NoAnswer(
                    f"the {service} service was ended while it worked on this, and runs again; what became of it isn't "
                    "known: ask again, which does nothing twice"
                )
        return await asking
    finally:
        asking.cancel()


async def _started(nc: Client, service: str) -> list[datetime]:
    """When each of the service's processes that answer now was started."""
    inbox = nc.new_inbox()
    heard = await nc.subscribe(inbox)
    started: list[datetime] = []
    try:
        await nc.publish(f"$SRV.STATS.dondoc-{service}", reply=inbox)
        async with asyncio.timeout(HEARD_WITHIN.total_seconds()):
            async for message in heard.messages:
                if message.data:  # else nobody listens
                    started.append(datetime.fromisoformat(json.loads(message.data)["started"]))
    except TimeoutError:
        pass
    finally:
        await heard.unsubscribe()
    return started


async def _just(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _stored_pieces(nc: Client, bucket: str, name: str) -> AsyncIterator[bytes]:
    # One message after the other: a consumer would go on sending to who reads slowly.
    js, stream = nc.jetstream(), f"OBJ_{bucket}"
    info = await (await js.object_store(bucket)).get_info(name)
    sequence, left = 1, info.chunks or 0
    while left:
        try:
            piece = await js.get_msg(stream, seq=sequence, subject=f"$O.{bucket}.C.{info.nuid}", next=True)
        except NotFoundError:
            raise LookupError(f"the object store {bucket} holds {name} no more") from None
        yield piece.data or b""
        sequence, left = (piece.seq or sequence) + 1, left - 1


def request_body(**fields: object) -> bytes:
    """A JSON request; values are text, numbers, lists of them, or None; bytes travel as base64."""
    shown = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in fields.items()}
    return json.dumps(shown, ensure_ascii=False).encode()
