"""Bodies as they come in, from senders who may stop, dawdle or come all at once: what they may hold is bounded."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import NamedTuple

from starlette.requests import Request

from shared.contracts.http_api import (
    AGAIN_AFTER_SECONDS,
    AT_ONCE,
    BODY_SECONDS,
    FILE_BYTES,
    IMPORTS_AT_ONCE,
    SILENT_SECONDS,
)
from shared.health import Health
from shared.problems import Problem
from shared.settings import Settings

# How many agencies may hold as much as they may at the same time, in one process.
AGENCIES_AT_ONCE = 8
# Files to import, of all agencies, that come in or wait for their turn.
FILES_WAITING = 16
# How soon a stop of the service is noticed beside a sender that says nothing.
LOOK_EVERY = timedelta(seconds=1)
AGAIN = {"Retry-After": str(AGAIN_AFTER_SECONDS)}


class Patience(NamedTuple):
    """How long a sender may say nothing, and how long its whole body may take."""

    silent: timedelta = timedelta(seconds=SILENT_SECONDS)
    whole: timedelta = timedelta(seconds=BODY_SECONDS)


PATIENCE = Patience()


class Places:
    """So much at once, of each agency and of all; `what` names it in refusals."""

    def __init__(self, of_agency: int, of_all: int, what: str) -> None:
        self._of_agency, self._of_all, self._what = of_agency, of_all, what
        self._taken: Counter[str] = Counter()

    def taken(self, agency: str) -> int:
        """How much of it the agency has now."""
        return self._taken[agency]

    @contextmanager
    def place(self, agency: str, size: int = 1) -> Iterator[None]:
        """So much for the time of the block. Raises Problem 429 or 503 where there isn't as much."""
        if self._taken[agency] + size > self._of_agency:
            text = f"{agency} sends {self._what} already; send this when one of them is answered"
            raise Problem(429, text, AGAIN)
        if self._taken.total() + size > self._of_all:
            raise _not_now(f"too many send {self._what}")
        self._taken[agency] += size
        try:
            yield
        finally:
            self._taken -= Counter({agency: size})


class Incoming:
    """Bodies that are held whole in memory: how many bytes of them, and how many files to import, are here at once."""

    def __init__(self, settings: Settings, health: Health, patience: Patience = PATIENCE) -> None:
        self._health = health
        self._patience = patience
        most = AT_ONCE * max(settings.http_event_bytes, settings.http_batch_bytes, FILE_BYTES)
        self.bytes = Places(most, AGENCIES_AT_ONCE * most, "as many bytes at once as it may")
        # Files wait for each other, so one agency's must not fill the queue.
        self.imports = Places(IMPORTS_AT_ONCE, IMPORTS_AT_ONCE * FILES_WAITING, "a file to import")

    def stopping(self) -> bool:
        """Whether the service takes its leave."""
        return self._health.waiting_for is not None

    @asynccontextmanager
    async def body(self, agency: str, request: Request, limit: int, instead: str) -> AsyncIterator[bytes]:
        """The body; for the time of the block it counts as what the agency holds here.

        Raises Problem 415 for a body that is encoded, 413 that says what to do `instead` as soon as it is more than the
        limit, 429 where the agency
        holds too much already, 408 for a sender that is too slow, 400 for one that goes.
        """
        refuse_encoded(request)
        too_large = Problem(413, f"the body is larger than {limit} bytes; {instead}")
        expected = announced(request) if "content-length" in request.headers else limit
        if expected > limit:
            raise too_large
        with self.bytes.place(agency, expected):
            body = bytearray()
            async with aclosing(pieces(request, self.stopping, self._patience)) as coming:
                async for piece in coming:
                    body += piece
                    if len(body) > limit:
                        raise too_large
            yield bytes(body)


def refuse_encoded(request: Request) -> None:
    """Raises Problem 415 where the body isn't what its bytes say: packed, it could be any size."""
    encoding = request.headers.get("content-encoding", "identity").strip()
    if encoding.lower() not in {"", "identity"}:
        raise Problem(415, f"the Content-Encoding {encoding[:40]!r} can't be taken; send the body as it is")


def refuse_form(request: Request) -> None:
    """Raises Problem 415 where a file comes as a field of a form."""
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/"):
        raise Problem(415, "a form can't be taken; send the file itself as the body, as `curl -X POST -T FILE …` does")


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
            raise _not_now("the service is stopping")
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


def _not_now(why: str) -> Problem:
    return Problem(503, f"{why}; send it again in a moment", AGAIN)
