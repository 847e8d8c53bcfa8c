"""The outbox: events written in the same transaction as the documents that they tell of.

The rows stay after they are published: they are the service's own log, from which a wiped stream is refilled.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pymongo import ASCENDING

from shared.contracts.base import Event
from shared.contracts.envelope import encode
from shared.mongo import Mongo, Session, UpdateOne
from shared.outcomes import Rejected

COLLECTION = "outbox"
# Bytes: NATS' own limit of 1 MiB less what headers may take. A larger event would hold up all that come after it.
LARGEST = 1_000_000
# Rows held here at once by who reads all of them.
PAGE = 500


@dataclass(frozen=True)
class Stamped:
    """An event and its id, which is derived from what it tells, so that the same fact never gets two ids.

    `headers` go with the message (NATS header names).
    """

    id: str
    event: Event
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """An outbox row as the relay publishes it. `published` is whether it is known to be in the log."""

    id: str
    subject: str
    body: bytes
    headers: Mapping[str, str]
    order: int
    published: bool


class Outbox:
    """One service's outbox. `source` is the CloudEvents source of its events."""

    def __init__(self, mongo: Mongo, source: str) -> None:
        self._rows = mongo.db[COLLECTION]
        self._source = source
        self._order = 0
        self.added = asyncio.Event()

    async def ensure_indexes(self) -> None:
        await self._rows.create_index(
            [("order", ASCENDING)], name="unpublished", partialFilterExpression={"published": False}
        )
        await self._rows.create_index([("order", ASCENDING)], name="order")

    async def add(self, events: Sequence[Stamped], session: Session) -> None:
        """Write the events in the caller's transaction; one whose id is there already aborts it as a duplicate.

        Raises Rejected for an event that is too large for the log. Call `wake` when the transaction is committed.
        """
        if not events:
            return
        now = datetime.now(UTC)
        await self._rows.insert_many([self._document(stamped, now) for stamped in events], session=session)

    def _document(self, stamped: Stamped, now: datetime) -> dict[str, object]:
        body = encode(stamped.event, id=stamped.id, source=self._source, time=now)
        if len(body) > LARGEST:
            raise Rejected(f"the event {stamped.id} takes {len(body)} bytes; the log carries {LARGEST} at most")
        return {
            "_id": stamped.id,
            "subject": stamped.event.subject,
            "body": body,
            "headers": dict(stamped.headers),
            "order": self._next(),
            "published": False,
        }

    def wake(self) -> None:
        """Tell the relay that there is something to publish."""
        self.added.set()

    async def known(self, ids: Sequence[str], session: Session | None = None) -> set[str]:
        """Which of these events are in the outbox already."""
        found = self._rows.find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=session)
        return {row["_id"] async for row in found}

    async def unpublished(self, limit: int) -> list[Row]:
        """The oldest rows that are not known to be in the log."""
        cursor = self._rows.find({"published": False}).sort("order", ASCENDING).limit(limit)
        return [_row(document) async for document in cursor]

    async def count_unpublished(self) -> int:
        return int(await self._rows.count_documents({"published": False}))

    async def mark_published(self, ids: Sequence[str]) -> None:
        await self._rows.bulk_write(
            [UpdateOne({"_id": id_}, {"$set": {"published": True}}) for id_ in ids], ordered=False
        )

    async def all_rows(self) -> AsyncIterator[Row]:
        """Every row ever written, in the order in which they were."""
        async for document in self._rows.find({}).sort("order", ASCENDING).batch_size(PAGE):
            yield _row(document)

    async def ids(self) -> AsyncIterator[str]:
        """The id of every row ever written."""
        async for document in self._rows.find({}, {"_id": 1}).batch_size(PAGE):
            yield document["_id"]

    def _next(self) -> int:
        # Nanoseconds since 1970, raised by one where the clock stands still: an order across restarts.
        self._order = max(time.time_ns(), self._order + 1)
        return self._order


def _row(document: Mapping[str, object]) -> Row:
    headers = document["headers"]
    assert isinstance(headers, dict)
    return Row(
        id=str(document["_id"]),
        subject=str(document["subject"]),
        body=bytes(document["body"]),  # type: ignore[call-overload]
        headers=headers,
        order=int(document["order"]),  # type: ignore[call-overload]
        published=bool(document["published"]),
    )
