"""Bodies as they come in, from senders who may stop, dawdle or come all at once: what they may hold is bounded."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.requests import Request

from shared.contracts.http_limits import AT_ONCE, FILE_BYTES, IMPORTS_AT_ONCE, LISTS_AT_ONCE
from shared.health import Health
from shared.problems import Problem
from shared.request_body import AGAIN, PATIENCE, Patience, announced, not_now, refuse_encoded, whole_body
from shared.settings import Settings

# How many agencies may hold as much as they may at the same time, in one process.
AGENCIES_AT_ONCE = 8
# Files to import, of all agencies, that come in or wait for their turn.
FILES_WAITING = 16


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
            text = f"of {self._what}, {agency} may send {self._of_agency:,} at once; send this when others are answered"
            raise Problem(429, text, AGAIN)
        if self._taken.total() + size > self._of_all:
            raise not_now(f"too many {self._what} come in at once")
        self._taken[agency] += size
        try:
            yield
        finally:
            self._taken -= Counter({agency: size})


class Incoming:
    """What is held whole in memory: how many bytes of bodies, files to import, and lists of occurrences at once."""

    def __init__(self, settings: Settings, health: Health, patience: Patience = PATIENCE) -> None:
        self._health = health
        self._patience = patience
        most = AT_ONCE * max(settings.http_event_bytes, settings.http_batch_bytes, FILE_BYTES)
        self.bytes = Places(most, AGENCIES_AT_ONCE * most, "bytes")
        # Files wait for each other, so one agency's must not fill the queue.
        self.imports = Places(IMPORTS_AT_ONCE, IMPORTS_AT_ONCE * FILES_WAITING, "files to import")
        # A question costs what all outputs of the agency do, and is answered whether its asker stays or goes.
        self.lists = Places(LISTS_AT_ONCE, LISTS_AT_ONCE * AGENCIES_AT_ONCE, "questions for occurrences")

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
        expected = announced(request) if "content-length" in request.headers else limit
        with self.bytes.place(agency, min(expected, limit)):
            yield await whole_body(request, limit, instead, self.stopping, self._patience)


def refuse_form(request: Request) -> None:
    """Raises Problem 415 where a file comes as a field of a form."""
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/"):
        raise Problem(415, "a form can't be taken; send the file itself as the body, as `curl -X POST -T FILE …` does")
