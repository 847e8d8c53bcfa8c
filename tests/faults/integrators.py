"""The integrators: they post by plain nats-py or HTTP, single events or lists, and again only what wasn't answered."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from deploy.log_reader import read_log
from shared.ask import NoAnswer, Refused
from shared.flushed import flushed
from tests.faults.faults.fault import Scene
from tests.faults.front import Front
from tests.faults.journal import Journal
from tests.faults.lists import OutputList
from tests.faults.load import Epoch
from tests.faults.posts import Post
from tests.faults.receipts import read_receipt
from tests.faults.ways import FEWEST, MOST, Shipment, Way, ship

ACK_WITHIN = timedelta(seconds=5)
AGAIN_AFTER = timedelta(milliseconds=300)
AGAIN_EVERY = timedelta(milliseconds=2)
IN_FLIGHT = 100
FETCHED_AT_ONCE = 4
RECEIPTS = ("dondoc.output.*.*", "dondoc.answer.given.*")  # what links come to as well
LOOK_EVERY = timedelta(milliseconds=50)
# What was said while our own connection was away stands in the log alone.
READ_LOG_EVERY = timedelta(seconds=2)


class Unanswered(Exception):
    """Nobody works on these messages any more, and they have no receipts."""


class Integrators:
    """All agencies' systems. Which of them goes by which way is drawn by `rng`."""

    def __init__(self, nc: Client, front: Front, journal: Journal, rng: random.Random) -> None:
        self._nc = nc
        self._js = nc.jetstream()
        self._front = front
        self._journal = journal
        self._rng = rng
        self._share = rng.uniform(FEWEST, MOST)
        self._in_flight = asyncio.Semaphore(IN_FLIGHT)
        self._known: dict[str, Post] = {}
        self._losses = 0

    async def listen(self) -> None:
        for subject in RECEIPTS:
            await self._nc.subscribe(subject, cb=self._hear)
        await flushed(self._nc)

    async def post(self, epoch: Epoch, every: float) -> None:
        """Post all of the day, `every` so many seconds a message, until each is acknowledged."""
        goods: list[Shipment | OutputList] = [*ship(epoch.posts, self._rng, self._share), *epoch.lists]
        self._rng.shuffle(goods)
        await self._send(goods, every)

    async def _send(self, goods: Sequence[Shipment | OutputList], every: float) -> None:
        async with asyncio.TaskGroup() as group:
            for one in goods:
                await self._in_flight.acquire()
                group.create_task(self._hand_over(one))
                await asyncio.sleep(every * len(one.posts))

    async def _hand_over(self, one: Shipment | OutputList) -> None:
        try:
            for post in one.posts:
                self._journal.posted(post.key)
            if isinstance(one, OutputList):
                await self._import(one)
            elif one.way is Way.NATS:
                await self._publish(one.posts[0])
            else:
                for receipt in await self._front.post(one):
                    self._journal.name(receipt, one.agency)
        finally:
            self._in_flight.release()

    async def _publish(self, post: Post) -> None:
        self._known[post.key] = post
        while True:
            with suppress(NatsError, TimeoutError):
                headers, within = post.headers or None, ACK_WITHIN.total_seconds()
                await self._js.publish(post.subject, post.body, headers=headers, timeout=within)
                self._journal.ack(post.key)
                return
            await asyncio.sleep(AGAIN_AFTER.total_seconds())

    async def _import(self, wanted: OutputList) -> None:
        receipts = await self._front.import_(wanted)
        if receipts is None:
            self._journal.refused(wanted.name)
        for receipt in receipts or ():
            self._journal.name(receipt, wanted.agency)

    async def fetch(self) -> None:
        """Ask for every receipt that was answered over HTTP."""
        waiting = iter(list(self._journal.named.items()))

        async def some() -> None:
            for receipt, agency in waiting:
                digest = await self._front.fetch(receipt, agency)
                if digest is not None:
                    self._journal.fetched(receipt, digest)

        await asyncio.gather(*(some() for _ in range(FETCHED_AT_ONCE)))

    async def answered(self, keys: Iterable[str], scene: Scene, idle: Callable[[], Awaitable[bool]]) -> None:
        """Return when each of them has a receipt; `idle` tells whether the services have nothing left to do.

        What was acknowledged isn't posted again unless the NATS store lost something meanwhile. Raises Unanswered
        where nothing is under way any more and receipts are missing.
        """
        awaited = set(keys)
        clock = asyncio.get_running_loop().time
        read_at = clock() + READ_LOG_EVERY.total_seconds()
        while not awaited <= self._journal.answered:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            if clock() > read_at:
                with suppress(NatsError, TimeoutError, NoAnswer, Refused):
                    await self._missing(awaited, scene, idle)
                read_at = clock() + READ_LOG_EVERY.total_seconds()

    async def _missing(self, keys: set[str], scene: Scene, idle: Callable[[], Awaitable[bool]]) -> None:
        done = scene.calm and await idle()
        await self._look_up()
        missing = keys - self._journal.answered
        if self._losses < scene.lost:
            self._losses = scene.lost
            lost = [Shipment(Way.NATS, (self._known[key],)) for key in missing & self._known.keys()]
            await self._send(lost, AGAIN_EVERY.total_seconds())
        elif missing and done:
            raise Unanswered(missing)

    async def _look_up(self) -> None:
        async for msg in read_log(self._js):
            if msg.subject.startswith(("dondoc.output.", "dondoc.answer.")):
                await self._hear(msg)

    async def _hear(self, msg: Msg) -> None:
        self._journal.heard(read_receipt(msg.data))
