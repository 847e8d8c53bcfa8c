"""Refill the log from the outboxes, beside running services: MongoDB is the truth, NATS carries it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from heapq import heapify, heappop, heapreplace

from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import NotFoundError

from deploy.log_reader import read_log
from shared import topology
from shared.mongo import Mongo
from shared.outbox import Outbox, Row
from shared.publisher import Publisher, told
from shared.settings import HTTP_PORTS, Settings

# Beyond what the server needs to be busy; more only fills buffers.
IN_FLIGHT = 500
SETTLE = timedelta(milliseconds=200)


class NotRefilled(Exception):
    """The log still lacks something; the text says what to do."""


@dataclass(frozen=True)
class Refilled:
    """How many events the log held already, how many were published again, and the ids of those that it refuses for
    good, which are set apart."""

    held: int
    published: int
    refused: list[str]


async def refill_log(js: JetStreamContext, settings: Settings) -> Refilled:
    """Publish every outbox row that the log doesn't hold, in the order in which the rows were written.

    Services may run: what their relays publish at the same time is stored once, by its id. While something is
    missing the log has no consumers, so that nobody acts on half of it – nobody is mailed who has delivered. They
    are made anew at the end, and every service reads the whole log again. Where it breaks off, services stay not
    ready until it is run to its end. Raises NotRefilled where the server doesn't take everything.
    """
    await topology.apply_streams(js, settings.stream_replicas)
    # Ids alone: what stays in memory is some hundred bytes an event.
    held = {(msg.headers or {}).get(Header.MSG_ID.value, "") async for msg in read_log(js, headers_only=True)}
    async with _outboxes(settings) as outboxes:
        # What these name is in the log at the end; a note that stayed would have its rows published once more, and
        # stored once more after the duplicate window.
        notes = [(outbox, note) for outbox in outboxes for note in await outbox.notes()]
        missing = _Missing(js)
        passed_over = held | {apart.row.id for outbox in outboxes for apart in await outbox.apart()}
        async for row in _in_order(outboxes):
            if row.id not in passed_over:
                await missing.add(row)
        await missing.flush()
        for outbox in outboxes:
            for id_ in await outbox.known(list(missing.for_good)):
                await outbox.set_apart(id_, missing.for_good[id_])
        if missing.refused:
            raise NotRefilled(
                f"nats-server takes {missing.refused} events for repeats of some that were deleted from the log; "
                "restart nats-server, then run `dondoc topology refill` again"
            )
        for outbox, note in notes:
            await outbox.mark_published(note)
    await topology.apply(js, settings.stream_replicas)
    return Refilled(held=len(held), published=missing.stored, refused=sorted(missing.for_good))


class _Missing:
    """Rows on their way to the log, in order and not too many at once."""

    def __init__(self, js: JetStreamContext) -> None:
        self.stored = 0
        self.refused = 0
        self.for_good: dict[str, str] = {}
        self._begun = False
        self._js = js
        self._publisher = Publisher(js._nc)
        self._waiting: list[Row] = []

    async def add(self, row: Row) -> None:
        """The row goes out with others. Raises what an earlier one was refused for."""
        self._waiting.append(row)
        if len(self._waiting) >= IN_FLIGHT:
            await self.flush()

    async def flush(self) -> None:
        """Return when every row is stored."""
        if not self._waiting:
            return
        if not self._begun:
            self._begun = True
            await topology.delete_consumers(self._js, topology.EVENTS)
        answers = await self._publisher.publish(self._waiting)
        for error in answers.errors.values():
            raise error
        if answers.unsettled:  # a relay publishes the same just now
            await asyncio.sleep(SETTLE.total_seconds())
            await self.flush()
            return
        for place, sequence in answers.repeats.items():
            if sequence is not None and not await self._is_there(self._waiting[place], sequence):
                self.refused += 1
        self.for_good |= {self._waiting[place].id: told(error) for place, error in answers.refused.items()}
        self.stored += len(self._waiting) - len(answers.repeats) - len(answers.refused)
        self._waiting = []

    async def _is_there(self, row: Row, sequence: int) -> bool:
        """Whether a relay was quicker; the server also remembers ids of messages that were deleted since."""
        try:
            message = await self._js.get_msg(topology.EVENTS, sequence)
        except NotFoundError:
            return False
        return (message.headers or {}).get(Header.MSG_ID.value) == row.id


@asynccontextmanager
async def _outboxes(settings: Settings) -> AsyncIterator[Sequence[Outbox]]:
    """Every service's outbox."""
    databases = [Mongo(settings.mongo_url, settings.database(service)) for service in HTTP_PORTS]
    try:
        outboxes = [Outbox(mongo, f"/dondoc/{name}") for mongo, name in zip(databases, HTTP_PORTS, strict=True)]
        for outbox in outboxes:
            await outbox.ensure_indexes()
        yield outboxes
    finally:
        for mongo in databases:
            mongo.close()


async def _in_order(outboxes: Sequence[Outbox]) -> AsyncIterator[Row]:
    """All rows of all outboxes, the oldest first; a page of each is in memory."""
    sources = [outbox.all_rows() for outbox in outboxes]
    firsts = [await anext(rows, None) for rows in sources]
    heads = [(row.batch, row.place, number, row) for number, row in enumerate(firsts) if row is not None]
    heapify(heads)
    while heads:
        *_, number, row = heads[0]
        yield row
        following = await anext(sources[number], None)
        if following is None:
            heappop(heads)
        else:
            heapreplace(heads, (following.batch, following.place, number, following))
