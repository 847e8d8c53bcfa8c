"""A large body piece by piece, from senders who may stop, dawdle or come all at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from starlette.requests import ClientDisconnect, Request

from services.submissions.sweep_evidence import LONGEST_UPLOAD
from shared.contracts.http_api import AGAIN_AFTER_SECONDS
from shared.problems import Problem

# Of a process: each upload holds two chunks of 1 MiB at most.
MOST_AT_ONCE, MOST_OF_AN_AGENCY = 32, 4
SILENT_FOR = timedelta(seconds=30)
# How soon a stop of the service is noticed beside a sender that says nothing.
LOOK_EVERY = timedelta(seconds=1)


class Places:
    """So many uploads at once, of all agencies and of each."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def taken(self, agency: str) -> int:
        """How many uploads of the agency are under way."""
        return self._taken[agency]

    @contextmanager
    def place(self, agency: str) -> Iterator[None]:
        """A place for the time of the block. Raises Problem 429 or 503 where there is none."""
        if self._taken[agency] >= MOST_OF_AN_AGENCY:
            text = f"{agency} uploads {MOST_OF_AN_AGENCY} files already; send this one when one of them is done"
            raise Problem(429, text, {"Retry-After": str(AGAIN_AFTER_SECONDS)})
        if self._taken.total() >= MOST_AT_ONCE:
            raise _not_now("too many files are coming in")
        self._taken[agency] += 1
        try:
            yield
        finally:
            self._taken -= Counter({agency: 1})


async def pieces(request: Request, stopping: Callable[[], bool], silent_for: timedelta) -> AsyncGenerator[bytes, None]:
    """The body as it comes in.

    Raises Problem 400 where the connection ends before it, 408 where the sender says nothing for `silent_for` or takes
    longer than LONGEST_UPLOAD, 503 where the service stops.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + LONGEST_UPLOAD.total_seconds()
    stream = request.stream()
    coming: asyncio.Task[bytes] | None = None
    try:
        heard = clock()
        while True:
            coming = coming or asyncio.ensure_future(anext(stream))
            await asyncio.wait({coming}, timeout=LOOK_EVERY.total_seconds())
            if stopping():
                raise _not_now("the service is stopping")
            if clock() > until:
                raise Problem(408, f"an upload may take {LONGEST_UPLOAD.total_seconds():.0f} s; post a smaller file")
            if coming.done():
                piece, coming, heard = coming.result(), None, clock()
                yield piece
            elif clock() - heard > silent_for.total_seconds():
                raise Problem(408, f"nothing of the file came for {silent_for.total_seconds():.0f} s; post it again")
    except StopAsyncIteration:
        return
    except ClientDisconnect:
        raise Problem(400, "the connection ended before the file did") from None
    finally:
        if coming is not None and not coming.done():
            coming.cancel()


def _not_now(why: str) -> Problem:
    return Problem(503, f"{why}; send it again in a moment", {"Retry-After": str(AGAIN_AFTER_SECONDS)})
