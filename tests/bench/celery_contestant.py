"""Celery with Redis, driven through its own remote control."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import redis
from celery import Celery

from deploy.child import Child
from tests.bench.contestant import Trouble, started
from tests.bench.events import Posted
from tests.bench.house import House
from tests.bench.jetstream import Stored
from tests.bench.peers.place import Place

QUEUE = "intake"
RECEIPTS = "receipts"
UNACKED = "unacked"
WORKERS = 8
CHUNK = 500
ANSWER_SECONDS = 5.0
COLLECTIONS = ("outputs", "rejections")


@dataclass(frozen=True)
class CeleryContestant:
    """One `celery worker` with as many worker processes as help on two cores."""

    house: House
    name: str = "Celery + Redis"
    sent: list[bytes] = field(default_factory=list)

    @cached_property
    def app(self) -> Celery:
        return Celery("bench", broker=self.place.redis_url)

    @cached_property
    def client(self) -> Any:
        return redis.Redis.from_url(self.place.redis_url)

    @property
    def place(self) -> Place:
        assert self.house.redis is not None
        return Place(self.house.nats_url, self.house.mongo_url, "bench_celery", redis_url=self.house.redis.url)

    async def prepare(self) -> None:
        await self.clear()

    async def start(self) -> Child:
        """It listens to a queue of its own until `go`."""
        options = ["--app", "tests.bench.peers.celery_peer", "worker", "--concurrency", str(WORKERS), "-Q", "nothing"]
        quiet = ["-O", "fair", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
        environ = self.place.environ(self.house.environ)

        async def ready(_: Child) -> bool:
            return bool(await asyncio.to_thread(self.app.control.ping, timeout=ANSWER_SECONDS, limit=1))

        return await started(self.house, "celery", [*options, *quiet], environ, ready)

    async def hold(self, events: Sequence[Posted]) -> None:
        """Sent as any client would; what that left in the queue is put there as it was when it is sent again."""
        if len(self.sent) != len(events):
            await asyncio.to_thread(self._send, events)
            self.sent[:] = self.client.lrange(QUEUE, 0, -1)
            return
        for start in range(0, len(self.sent), CHUNK):
            self.client.rpush(QUEUE, *self.sent[start : start + CHUNK])

    def _send(self, events: Sequence[Posted]) -> None:
        with self.app.producer_or_acquire() as producer:
            for event in events:
                arguments = (event.agency, event.body.decode())
                self.app.send_task("record", arguments, queue=QUEUE, producer=producer, ignore_result=True)

    async def go(self) -> None:
        answers = await asyncio.to_thread(
            self.app.control.add_consumer, QUEUE, reply=True, timeout=ANSWER_SECONDS, limit=1
        )
        if not answers:
            raise Trouble("no Celery worker takes the queue")

    async def stored(self) -> Stored:
        newest = await asyncio.to_thread(self.client.xrevrange, RECEIPTS, count=1)
        if not newest:
            return Stored(0, 0.0)
        count = await asyncio.to_thread(self.client.xlen, RECEIPTS)
        return Stored(count, int(newest[0][0].split(b"-")[0]) / 1000)

    async def idle(self) -> bool:
        return not self.client.llen(QUEUE) and not self.client.hlen(UNACKED)

    async def recorded(self) -> int:
        return sum(self.house.mongo[self.place.database][name].count_documents({}) for name in COLLECTIONS)

    async def clear(self) -> None:
        self.client.flushall()
        self.house.mongo.drop_database(self.place.database)
