"""The outbox: events written in the same transaction as the documents that they tell of.

The rows are never changed or removed: they are the service's own log, from which a wiped stream is refilled. What is
still to be published stands beside them, one note for all events of a transaction, so that a batch of 500 costs one
mark and not 500.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from pymongo import ASCENDING

from shared.contracts.base import Event
from shared.contracts.envelope import encode
from shared.mongo import Mongo, Session
from shared.outcomes import Rejected

COLLECTION = "outbox"
NOTES = "unpublished"
APART = "set_apart"
# Bytes: `max_payload` of our nats-server (deploy/nats) less what headers may take; the plan of 5,000 agencies takes
# 1.2 MB. A larger event would hold up all that come after it.
LARGEST = 8_000_000
# Rows held here at once by who reads all of them.
PAGE = 500
# Batches whose rows are held here until they are published, so that nobody reads them back: the one that is published
# and those that are written meanwhile.
HELD = 4


@dataclass(frozen=True)
class Stamped:
    """An event and its id, which is derived from what it tells, so that the same fact never gets two ids.

    `headers` go with the message (NATS header names).
    """

    id: str
    event: Event
    headers: Mapping[str, str] = field(default_factory=dict)


class Row(NamedTuple):
    """An outbox row as the relay publishes it. `batch` and `place` are its order: later batches have larger numbers."""

    id: str
    subject: str
    body: bytes
    headers: Mapping[str, str]
    batch: int
    place: int


class Apart(NamedTuple):
    """A row that the log refuses for good, and why. It is tried again only when a person says so."""

    row: Row
    reason: str


@dataclass(frozen=True)
class Note:
    """Of a batch these places are still to be published; all of them if None. `by` is the process that wrote it."""

    batch: int
    by: str
    count: int
    left: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        """How many rows are still to be published."""
        return self.count if self.left is None else len(self.left)


class Outbox:
    """One service's outbox, as one process writes it. `source` is the CloudEvents source of its events.

    `ordered`: what was written first, by whichever process, is published first. Else each process publishes its own.
    """

    def __init__(self, mongo: Mongo, source: str) -> None:
        self.ordered = False
        self._rows = mongo.db[COLLECTION]
        self._notes = mongo.db[NOTES]
        self._apart = mongo.db[APART]
        self._source = source
        self._batch = 0
        self._held: dict[int, list[Row]] = {}
        self.process = secrets.token_hex(6)
        self.added = asyncio.Event()

    async def ensure_indexes(self) -> None:
        await self._rows.create_index([("batch", ASCENDING), ("place", ASCENDING)], name="order")
        # Made beforehand: a transaction that makes a collection holds up all others.
        await self._notes.create_index([("by", ASCENDING)])

    async def add(self, events: Sequence[Stamped], session: Session) -> None:
        """Write the events in the caller's transaction; one whose id is there already aborts it as a duplicate.

        Raises Rejected for an event that is too large for the log. Call `wake` when the transaction is committed.
        """
        if not events:
            return
        now, batch = datetime.now(UTC), self._next()
        rows = [self._row(stamped, now, batch, place) for place, stamped in enumerate(events)]
        await self._rows.insert_many([_document(row) for row in rows], session=session)
        # Its note tells whether it was committed: without one nobody asks for it, and it goes by itself.
        self._held[batch] = rows
        if len(self._held) > HELD:
            del self._held[min(self._held)]
        note = {"_id": batch, "by": self.process, "count": len(rows), "left": None}
        await self._notes.insert_one(note, session=session)

    def _row(self, stamped: Stamped, now: datetime, batch: int, place: int) -> Row:
        body = encode(stamped.event, id=stamped.id, source=self._source, time=now)
        if len(body) > LARGEST:
            raise Rejected(f"the event {stamped.id} takes {len(body)} bytes; the log carries {LARGEST} at most")
        return Row(stamped.id, stamped.event.subject, body, stamped.headers, batch, place)

    def wake(self) -> None:
        """Tell the relay that there is something to publish."""
        self.added.set()

    async def known(self, ids: Sequence[str], session: Session | None = None) -> set[str]:
        """Which of these events are in the outbox already."""
        found = self._rows.find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=session)
        return {row["_id"] async for row in found}

    async def notes(self) -> list[Note]:
        """What is still to be published, of all processes of the service, the oldest first."""
        cursor = self._notes.find({}).sort("_id", ASCENDING)
        return [
            Note(d["_id"], d["by"], d["count"], tuple(d["left"]) if d["left"] is not None else None)
            async for d in cursor
        ]

    def own(self, notes: Sequence[Note]) -> list[Note]:
        """Those that this process is to publish at once."""
        return [note for note in notes if self.ordered or note.by == self.process]

    def is_new(self, note: Note) -> bool:
        """Whether nobody can have published any of its rows: this process wrote them and hasn't handed them out."""
        return note.batch in self._held

    async def rows_of(self, note: Note) -> AsyncIterator[Row]:
        """The rows that a note names, in their order."""
        held = self._held.pop(note.batch, None)
        if held is not None and note.left is None:
            for row in held:
                yield row
            return
        query: dict[str, object] = {"batch": note.batch}
        if note.left is not None:
            query["place"] = {"$in": list(note.left)}
        async for document in self._rows.find(query).sort([("batch", ASCENDING), ("place", ASCENDING)]):
            yield _row(document)

    async def count_unpublished(self) -> int:
        return sum(note.size for note in await self.notes())

    async def mark_published(self, note: Note) -> None:
        """All that the note names is in the log."""
        await self._notes.delete_one({"_id": note.batch})

    async def mark_left(self, note: Note, places: Sequence[int]) -> None:
        """Of this note's rows just these are not in the log."""
        await self._notes.update_one({"_id": note.batch}, {"$set": {"left": list(places)}})

    async def set_apart(self, id_: str, reason: str) -> None:
        """The log will never take this row: it is for a person to look at."""
        told = {"reason": reason, "at": datetime.now(UTC)}
        await self._apart.update_one({"_id": id_}, {"$set": told}, upsert=True)

    async def apart(self) -> list[Apart]:
        """What was set apart, in the order in which it was."""
        reasons = {d["_id"]: str(d["reason"]) async for d in self._apart.find({}).sort("at", ASCENDING)}
        rows = {d["_id"]: _row(d) async for d in self._rows.find({"_id": {"$in": list(reasons)}})}
        return [Apart(rows[id_], reason) for id_, reason in reasons.items() if id_ in rows]

    async def take_back(self, id_: str) -> None:
        """The row is in the log after all."""
        await self._apart.delete_one({"_id": id_})

    async def all_rows(self) -> AsyncIterator[Row]:
        """Every row ever written, in the order in which they were."""
        rows = self._rows.find({}).sort([("batch", ASCENDING), ("place", ASCENDING)]).batch_size(PAGE)
        async for document in rows:
            yield _row(document)

    async def ids(self) -> AsyncIterator[str]:
        """The id of every row ever written."""
        async for document in self._rows.find({}, {"_id": 1}).batch_size(PAGE):
            yield document["_id"]

    def _next(self) -> int:
        # Nanoseconds since 1970, raised by one where the clock stands still: an order across restarts.
        self._batch = max(time.time_ns(), self._batch + 1)
        return self._batch


def _document(row: Row) -> dict[str, object]:
    return {
        "_id": row.id,
        "subject": row.subject,
        "body": row.body,
        "headers": row.headers,
        "batch": row.batch,
        "place": row.place,
    }


def _row(document: Mapping[str, object]) -> Row:
    headers = document["headers"]
    assert isinstance(headers, dict)
    return Row(
        id=str(document["_id"]),
        subject=str(document["subject"]),
        body=bytes(document["body"]),  # type: ignore[call-overload]
        headers=headers,
        batch=int(document["batch"]),  # type: ignore[call-overload]
        place=int(document["place"]),  # type: ignore[call-overload]
    )
