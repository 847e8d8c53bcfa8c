"""What a service is given to wire itself with: stores, connections, and ways to listen, answer and keep going."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.nats.subscriber.usecases import PullStreamSubscriber
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from starlette.types import ASGIApp

from shared.answers import Answers, Handler
from shared.batches import handle_batches
from shared.cancelled import cancelled
from shared.contracts.base import Event
from shared.contracts.envelope import CloudEvent
from shared.contracts.registry import decode
from shared.delivery import NOT_NOW, Policy
from shared.flushed import flushed
from shared.health import Health
from shared.logs import logger
from shared.mongo import Mongo
from shared.nats_address import inbox_prefix
from shared.outbox import Outbox
from shared.patient_pull import be_patient
from shared.publisher import Publisher
from shared.reading_position import LogEnd
from shared.relay import relay_forever, relay_own
from shared.settings import Settings
from shared.topology import Consumer

JETSTREAM_TIMEOUT_SECONDS = 10.0
PULL_SECONDS = 5.0
FIRST_RESTART = timedelta(seconds=1)
LONGEST_RESTART = timedelta(seconds=30)
STEADY_AFTER = timedelta(minutes=1)  # a loop that ran so long starts its pauses anew

# What a service says where the log lacks what it needs; services declare no streams themselves.
REFILL = "run `dondoc topology refill`"

log = logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """One event from the log, as a handler gets it. `stored_at` is the server's time of storing it."""

    id: str
    event: Event
    envelope: CloudEvent
    sequence: int
    stored_at: datetime


DeliveryHandler = Callable[[Delivery], Awaitable[None]]
Loop = Callable[[], Coroutine[Any, Any, None]]
BatchWork = Callable[[list[Msg]], Awaitable[None]]


class Runtime:
    """What a service is given to wire itself with."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        mongo: Mongo,
        broker: NatsBroker,
        nc: Client,
        policies: dict[str, Policy],
        health: Health,
        twice: bool,
    ) -> None:
        """`policies` is filled with those of the subscribed consumers; `twice` handles every message twice."""
        self.name = name
        self.settings = settings
        self.mongo = mongo
        self.nc = nc
        self.js: JetStreamContext = nc.jetstream(timeout=JETSTREAM_TIMEOUT_SECONDS)
        self.outbox = Outbox(mongo, f"/dondoc/{name}")
        self.publisher = Publisher(nc)
        self.health = health
        self.answers = Answers(nc, name)
        self.log_end = LogEnd(self.js)
        self.apps: dict[str, ASGIApp] = {}
        self._broker = broker
        self._policies = policies
        self._twice = twice
        self._loops: dict[str, asyncio.Task[None]] = {}

    def subscribe(self, consumer: Consumer, handler: DeliveryHandler) -> None:
        """Hand every event of the consumer to the handler; it is acknowledged when the handler returns."""

        async def handle(msg: NatsMessage) -> None:
            raw = msg.raw_message
            envelope, event = decode(raw.data, raw.headers)
            metadata = raw.metadata
            delivery = Delivery(envelope.id, event, envelope, metadata.sequence.stream, metadata.timestamp)
            with structlog.contextvars.bound_contextvars(event_id=envelope.id):
                await handler(delivery)

        self._policies[consumer.name] = Policy(self.js, consumer)
        self._broker.subscriber(
            subject=">",
            durable=consumer.name,
            stream=JStream(consumer.stream, declare=False),
            pull_sub=PullSub(batch_size=1, timeout=PULL_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            # The framework doesn't take the connection's, and on another one the server may refuse to let us listen.
            inbox_prefix=f"{inbox_prefix(self.name)}.".encode(),
            decoder=_as_it_is,
        )(handle)
        self._check(consumer)

    def subscribe_batches(self, consumer: Consumer, work: BatchWork, at_once: int = 1) -> None:
        """Hand the consumer's messages to `work` in batches; a batch is acknowledged when it returns.

        `at_once` is how many are in hand at a time.
        """

        async def twice(batch: list[Msg]) -> None:
            await work(batch)
            await work(batch)

        policy = Policy(self.js, consumer)
        doing = twice if self._twice else work
        self.spawn(lambda: handle_batches(self.nc, consumer, policy, doing, at_once), consumer.name)
        self._check(consumer)

    def _check(self, consumer: Consumer) -> None:
        """Readiness asks the server for the consumer: one deleted at run time would leave the service silent."""

        async def check() -> str | None:
            try:
                await self.js.consumer_info(consumer.stream, consumer.name)
            except NotFoundError:
                return f"consumer {consumer.name} is missing, as if the NATS store was lost: {REFILL}"
            return None

        self.health.add_check(consumer.name, check)

    def answer(self, name: str, handler: Handler) -> None:
        """Answer requests on `dondoc.<service>.<name>`; Rejected becomes an error that says why."""
        self.answers.add(name, handler)

    def serve(self, path: str, app: ASGIApp) -> None:
        """Serve an application below the path of the service's web server, when the service is ready."""
        self.apps[path] = app

    def spawn(self, loop: Loop, name: str) -> None:
        """Run the loop as long as the service lives; one that fails starts again after a pause."""
        self._loops[name] = asyncio.create_task(_keep_running(loop, name), name=name)

    async def begin(self) -> None:
        """Start what was wired."""
        await self.outbox.ensure_indexes()
        self.spawn(lambda: relay_forever(self.outbox, self.publisher, lambda: self.nc.is_connected), "relay")
        self.answer("pending", self._pending)
        await self._broker.start()
        for subscriber in self._broker.subscribers:
            if isinstance(subscriber, PullStreamSubscriber) and subscriber.subscription is not None:
                be_patient(subscriber.subscription)
        await self.answers.start()
        await flushed(self.nc)

    async def _pending(self, _: bytes) -> bytes:
        """How many of its events are not in the log yet."""
        return json.dumps({"unpublished": await self.outbox.count_unpublished()}).encode()

    async def end(self) -> None:
        """Finish what is in flight, then let go of everything."""
        await self.answers.stop()
        await cancelled(self._loops.values())
        # What the last batch wrote goes out now; what can't is found by the next start's sweep.
        with suppress(Exception):
            if self.nc.is_connected:
                await relay_own(self.outbox, self.publisher)
        try:
            await self._broker.stop()
        except (NatsError, TimeoutError) as away:  # there is nobody to take leave of
            log.warning("stopped without NATS", error=f"{type(away).__name__}: {away}"[:300])
        self.mongo.close()


async def _keep_running(loop: Loop, name: str) -> None:
    pause = FIRST_RESTART
    clock = asyncio.get_running_loop().time
    while True:
        began = clock()
        try:
            await loop()
            return
        except NOT_NOW as away:
            log.warning("loop waits", loop=name, error=f"{type(away).__name__}: {away}"[:300])
        except Exception:
            log.exception("loop failed", loop=name)
        if clock() - began > STEADY_AFTER.total_seconds():
            pause = FIRST_RESTART
        await asyncio.sleep(pause.total_seconds())
        pause = min(pause * 2, LONGEST_RESTART)


async def _as_it_is(msg: NatsMessage) -> bytes:
    return msg.body
