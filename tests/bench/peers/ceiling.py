"""The ceiling: events from JetStream into MongoDB and a receipt back, as fast as honest Python with nats-py and motor.

No validation, no rules, no repeats answered. Nothing is lost all the same: an event is acknowledged when it is written
and its place in the stream is its `_id`. Receipts go out while the next batch is written, and every one is waited for.
"""

import asyncio
import json
from collections import deque
from collections.abc import Sequence
from typing import Any

import nats
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from pymongo.errors import BulkWriteError

from tests.bench.peers.place import Place, place

SIZE = 500
IN_FLIGHT = 4_000
EXPIRES_SECONDS = 5
BATCHES_AHEAD = 2
DUPLICATE = 11000


class Pull:
    """Requests of 500 over one core subscription; the next is asked for while this one is written."""

    def __init__(self, nc: Client, here: Place) -> None:
        self._nc = nc
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{here.intake}.{here.consumer}"
        self._order = json.dumps({"batch": SIZE, "expires": EXPIRES_SECONDS * 1_000_000_000}).encode()
        self._inbox = nc.new_inbox()
        self._waiting: deque[Msg] = deque()
        self._asked = 0
        self._arrived = asyncio.Event()

    async def start(self) -> None:
        await self._nc.subscribe(self._inbox, cb=self._receive, pending_msgs_limit=-1, pending_bytes_limit=-1)

    async def next_batch(self) -> list[Msg]:
        while not self._waiting:
            self._arrived.clear()
            await self._ask()
            try:
                async with asyncio.timeout(EXPIRES_SECONDS + 1):
                    await self._arrived.wait()
            except TimeoutError:
                self._asked = 0
        await self._ask()
        return [self._waiting.popleft() for _ in range(min(SIZE, len(self._waiting)))]

    async def _ask(self) -> None:
        if self._asked < SIZE:
            self._asked += SIZE
            await self._nc.publish(self._subject, self._order, reply=self._inbox)

    async def _receive(self, msg: Msg) -> None:
        if not msg.reply:  # the server says that a request ended
            self._asked = 0
        else:
            self._asked -= 1
            self._waiting.append(msg)
        self._arrived.set()


def sequence(msg: Msg) -> int:
    """Its place in the stream, by the last but three of the nine or more parts of where it wants its answer."""
    return int(msg.reply.split(".")[-4])


async def write(collection: AsyncIOMotorCollection[Any], batch: Sequence[Msg]) -> None:
    documents = [{"_id": sequence(msg), "subject": msg.subject, "body": msg.data} for msg in batch]
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if any(wrong["code"] != DUPLICATE for wrong in error.details["writeErrors"]):
            raise


async def answer(js: JetStreamContext, here: Place, written: asyncio.Queue[list[Msg]]) -> None:
    start = len(here.events)
    while True:
        batch = await written.get()
        futures = []
        for msg in batch:
            await msg.ack()
            subject = here.answers + msg.subject[start:]
            futures.append(await js.publish_async(subject, b'{"recorded":%d}' % sequence(msg)))
        await asyncio.gather(*futures)


async def main(here: Place) -> None:
    nc = await nats.connect(here.nats_url)
    js = nc.jetstream(publish_async_max_pending=IN_FLIGHT)
    client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(here.mongo_url, w="majority")
    await client.admin.command("ping")
    collection = client[here.database]["outputs"]
    pull = Pull(nc, here)
    await pull.start()
    written: asyncio.Queue[list[Msg]] = asyncio.Queue(BATCHES_AHEAD)
    async with asyncio.TaskGroup() as group:
        group.create_task(answer(js, here, written))
        print("ready", flush=True)
        while True:
            batch = await pull.next_batch()
            await write(collection, batch)
            await written.put(batch)


if __name__ == "__main__":
    asyncio.run(main(place()))
