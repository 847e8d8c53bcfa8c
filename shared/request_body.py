"""The bodies of requests as they come in, from senders who may stop, dawdle or go."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import NamedTuple

from starlette.requests import Request

from shared.contracts.http_limits import AGAIN_AFTER_SECONDS, BODY_SECONDS, SILENT_SECONDS
from shared.problems import Problem

# How soon a stop of the service is noticed beside a sender that says nothing.
LOOK_EVERY = timedelta(seconds=1)
AGAIN = {"Retry-After": str(AGAIN_AFTER_SECONDS)}


class Patience(NamedTuple):
    """How long a sender may say nothing, and how long its whole body may take."""

    silent: timedelta = timedelta(seconds=SILENT_SECONDS)
    whole: timedelta = timedelta(seconds=BODY_SECONDS)


PATIENCE = Patience()


def refuse_encoded(request: Request) -> None:
    """Raises Problem 415 where the body isn't what its bytes say: packed, it could be any size."""
    encoding = request.headers.get("content-encoding", "identity").strip()
    if encoding.lower() not in {"", "identity"}:
        raise Problem(415, f"the Content-Encoding {encoding[:40]!r} can't be taken; send the body as it is")


def announced(request: Request) -> int:
    """How many bytes the request says that it has; 0 where it doesn't."""
    length = request.headers.get("content-length", "0")
    return int(length[:20]) if length.isdecimal() else 0


async def pieces(request: Request, stopping: Callable[[], bool], patience: Patience) -> AsyncGenerator[bytes, None]:
    """The body as it comes in.

    Raises Problem 400 where the connection ends before it, 408 where the sender's silence or the whole takes longer
    than our patience, 503 where the service stops.
    """
    clock = asyncio.get_running_loop().time
    heard = clock()
    until = heard + patience.whole.total_seconds()
    more = True
    while more:
        try:
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                message = await request.receive()
        except TimeoutError:
            message = None
        if stopping():
            raise not_now("the service is stopping")
        if message is None and clock() - heard > patience.silent.total_seconds():
            raise Problem(408, f"nothing came for {patience.silent.total_seconds():g} s; send it again", AGAIN)
        if clock() > until:
            most = f"{patience.whole.total_seconds():g} s"
            raise Problem(408, f"the body took longer than {most}; send it faster, or less at once", AGAIN)
        if message is None:
            continue
        if message["type"] == "http.disconnect":
            raise Problem(400, "the connection ended before the body did")
        heard, more = clock(), message.get("more_body", False)
        yield message.get("body", b"")


async def whole_body(
    request: Request, limit: int, instead: str, stopping: Callable[[], bool], patience: Patience = PATIENCE
) -> bytes:
    """The body. Raises what `pieces` raises, and Problem 413 that says what to do `instead` as soon as it is more than
    the limit."""
    too_large = Problem(413, f"the body is larger than {limit} bytes; {instead}")
    if announced(request) > limit:
        raise too_large
    body = bytearray()
    async with aclosing(pieces(request, stopping, patience)) as coming:
        async for piece in coming:
            body += piece
            if len(body) > limit:
                raise too_large
    return bytes(body)


def not_now(why: str) -> Problem:
    """What can be sent again in a moment."""
    return Problem(503, f"{why}; send it again in a moment", AGAIN)
