"""The integrators: they post by plain nats-py, and post again only what nobody acknowledged."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from deploy.log_reader import read_log
from shared.ask import NoAnswer, Refused
from tests.faults.faults.fault import Scene
from tests.faults.journal import Journal
from tests.faults.load import Post
from tests.faults.receipts import read_receipt

ACK_WITHIN = timedelta(seconds=5)
AGAIN_AFTER = timedelta(milliseconds=300)
AGAIN_EVERY = timedelta(milliseconds=2)
IN_FLIGHT = 100
RECEIPTS = "dondoc.output.*.*"
LOOK_EVERY = timedelta(milliseconds=50)
# What was said while our own connection was away stands in the log alone.
READ_LOG_EVERY = timedelta(seconds=2)


class Unanswered(Exception):
    """Nobody works on these messages any more, and they have no receipts."""


class Integrators:
    """All agencies' systems behind one connection."""

    def __init__(self, nc: Client, journal: Journal) -> None:
        self._nc = nc
        self._js = nc.jetstream()
        self._journal = journal
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._known: dict[str, Post] = {}
        self._losses = 0

    async def listen(self) -> None:
        await self._nc.subscribe(RECEIPTS, cb=self._hear)
        await self._nc.flush()

    async def post(self, posts: Iterable[Post], every: float) -> None:
        """Post them one after another, `every` so many seconds, until each is acknowledged."""
        async with asyncio.TaskGroup() as group:
            for post in posts:
                await self._in_flight.acquire()
                group.create_task(self._post(post))
                await asyncio.sleep(every)

    async def _post(self, post: Post) -> None:
        try:
            while True:
                self._known[post.key] = post
                self._journal.posted(post.key)
                with suppress(NatsError, TimeoutError):
                    headers = post.headers or None
                    within = ACK_WITHIN.total_seconds()
                    await self._js.publish(post.subject, post.body, headers=headers, timeout=within)
                    self._journal.ack(post.key)
                    return
                await asyncio.sleep(AGAIN_AFTER.total_seconds())
        finally:
            self._in_flight.release()

    async def answered(self, keys: set[str], scene: Scene, idle: Callable[[], Awaitable[bool]]) -> None:
        """Return when each of them has a receipt; `idle` tells whether the services have nothing left to do.

        What was acknowledged isn't posted again unless the NATS store lost something meanwhile. Raises Unanswered
        where nothing is under way any more and receipts are missing.
        """
        clock = asyncio.get_running_loop().time
        read_at = clock() + READ_LOG_EVERY.total_seconds()
        while not keys <= self._journal.answered:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            if clock() > read_at:
                with suppress(NatsError, TimeoutError, NoAnswer, Refused):
                    await self._missing(keys, scene, idle)
                read_at = clock() + READ_LOG_EVERY.total_seconds()

    async def _missing(self, keys: set[str], scene: Scene, idle: Callable[[], Awaitable[bool]]) -> None:
        done = scene.calm and await idle()
        await self._look_up()
        missing = keys - self._journal.answered
        if self._losses < scene.lost:
            self._losses = scene.lost
            await self.post([self._known[key] for key in missing], AGAIN_EVERY.total_seconds())
        elif missing and done:
            raise Unanswered(missing)

    async def _look_up(self) -> None:
        async for msg in read_log(self._js):
            if msg.subject.startswith("dondoc.output."):
                await self._hear(msg)

    async def _hear(self, msg: Msg) -> None:
        key, receipt = read_receipt(msg.data)
        self._journal.heard(key, receipt)
