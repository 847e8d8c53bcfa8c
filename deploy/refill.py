"""Refill the log from the outboxes, beside running services: MongoDB is the truth, NATS carries it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

from nats.js import JetStreamContext
from nats.js.api import Header, PubAck
from nats.js.errors import APIError, NotFoundError

from deploy.log_reader import read_log
from shared import topology
from shared.mongo import Mongo
from shared.outbox import PAGE, Outbox, Row
from shared.relay import is_stored, publish
from shared.settings import HTTP_PORTS, Settings

# Beyond what the server needs to be busy; more only fills buffers.
IN_FLIGHT = 500


class NotRefilled(Exception):
    """The log still lacks something; the text says what to do."""


@dataclass(frozen=True)
class Refilled:
    """How many events the log held already, and how many were published again."""

    held: int
    published: int


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
        publishing = _Publishing(js)
        async for outbox, row in _in_order(outboxes):
            if row.id in held:
                await publishing.holds(outbox, row)
                continue
            if not publishing.begun:
                await topology.delete_consumers(js, topology.EVENTS)
            await publishing.add(outbox, row)
        await publishing.finish()
    if publishing.refused:
        raise NotRefilled(
            f"nats-server takes {publishing.refused} events for repeats of some that were deleted from the log; "
            "restart nats-server, then run `dondoc topology refill` again"
        )
    await topology.apply(js, settings.stream_replicas)
    return Refilled(held=len(held), published=publishing.stored)


class _Publishing:
    """Rows on their way to the log, in order and not too many at once; those that it holds are marked as published.

    A row that stayed unmarked would be published once more by its relay, and after the duplicate window stored
    once more.
    """

    def __init__(self, js: JetStreamContext) -> None:
        self.begun = False
        self.stored = 0
        self.refused = 0
        self._js = js
        self._waiting: deque[tuple[Outbox, Row, asyncio.Task[PubAck]]] = deque()
        self._unmarked: dict[Outbox, list[str]] = {}

    async def add(self, outbox: Outbox, row: Row) -> None:
        """Hand the row to the server. Raises what an earlier row was refused for."""
        self.begun = True
        if len(self._waiting) >= IN_FLIGHT:
            await self._settle()
        # Tasks begin in the order of the rows, and each hands its row to the connection before it waits for anything.
        self._waiting.append((outbox, row, asyncio.create_task(publish(self._js, row))))

    async def holds(self, outbox: Outbox, row: Row) -> None:
        """The log holds the row."""
        if row.published:
            return
        unmarked = self._unmarked.setdefault(outbox, [])
        unmarked.append(row.id)
        if len(unmarked) >= PAGE:
            await outbox.mark_published(unmarked)
            unmarked.clear()

    async def finish(self) -> None:
        """Return when every row is stored and marked."""
        while self._waiting:
            await self._settle()
        for outbox, ids in self._unmarked.items():
            if ids:
                await outbox.mark_published(ids)

    async def _settle(self) -> None:
        outbox, row, task = self._waiting.popleft()
        try:
            ack = await task
        except APIError as error:
            if not is_stored(error):
                raise
        else:
            if ack.duplicate and not await self._is_there(row, ack.seq):
                self.refused += 1
                return
            self.stored += not ack.duplicate
        await self.holds(outbox, row)

    async def _is_there(self, row: Row, sequence: int) -> bool:
        """Whether a relay was quicker; the server also remembers ids of messages that were deleted since."""
        try:
            message = await self._js.get_msg(topology.EVENTS, sequence, direct=True)
        except NotFoundError:
            return False
        return (message.headers or {}).get(Header.MSG_ID.value) == row.id


@asynccontextmanager
async def _outboxes(settings: Settings) -> AsyncIterator[Sequence[Outbox]]:
    """Every service's outbox."""
    databases = [Mongo(settings.mongo_url, f"{settings.database_prefix}_{service}") for service in HTTP_PORTS]
    try:
        outboxes = [Outbox(mongo, f"/dondoc/{name}") for mongo, name in zip(databases, HTTP_PORTS, strict=True)]
        for outbox in outboxes:
            await outbox.ensure_indexes()
        yield outboxes
    finally:
        for mongo in databases:
            mongo.close()


async def _in_order(outboxes: Sequence[Outbox]) -> AsyncIterator[tuple[Outbox, Row]]:
    """All rows of all outboxes, the oldest first; a page of each is in memory."""
    sources = [outbox.all_rows() for outbox in outboxes]
    firsts = [await anext(rows, None) for rows in sources]
    heads = [(row.order, number, row) for number, row in enumerate(firsts) if row is not None]
    heapify(heads)
    while heads:
        _, number, row = heads[0]
        yield outboxes[number], row
        following = await anext(sources[number], None)
        if following is None:
            heappop(heads)
        else:
            heapreplace(heads, (following.order, number, following))
