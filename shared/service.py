"""A service's life: wait for the stores, check the topology, wire, run until told to stop.

Each service hands its `start` to `run`; what it needs comes in the Runtime.
"""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from faststream import AckPolicy, BaseMiddleware
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared import topology, waiting
from shared.answers import Answers, Handler
from shared.contracts.base import Event
from shared.contracts.envelope import CloudEvent
from shared.contracts.registry import decode
from shared.delivery import Policy, delivery_middleware
from shared.health import Health, WebServer
from shared.logs import configure, logger
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.relay import relay_forever
from shared.settings import HTTP_PORTS, Settings, SettingsError
from shared.topology import Consumer

# sysexits.h: with a wrong configuration another try would end the same; a port that is taken now may be free then.
EX_CONFIG = 78
EX_TEMPFAIL = 75
STOP_WITHIN = timedelta(seconds=12)
JETSTREAM_TIMEOUT_SECONDS = 10.0
PULL_SECONDS = 5.0
FIRST_RESTART = timedelta(seconds=1)
LONGEST_RESTART = timedelta(seconds=30)

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
    ) -> None:
        self.name = name
        self.settings = settings
        self.mongo = mongo
        self.nc = nc
        self.js: JetStreamContext = nc.jetstream(timeout=JETSTREAM_TIMEOUT_SECONDS)
        self.outbox = Outbox(mongo, f"/dondoc/{name}")
        self.health = Health()
        self.answers = Answers(nc, name)
        self._broker = broker
        self._policies = policies
        self._loops: list[asyncio.Task[None]] = []

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
            decoder=_as_it_is,
        )(handle)
        self.health.add_check(consumer.name, self.consumer_check(consumer))

    def consumer_check(self, consumer: Consumer) -> Callable[[], Awaitable[str | None]]:
        """Readiness asks the server for the consumer: one deleted at run time would leave the service silent."""

        async def check() -> str | None:
            await self.js.consumer_info(consumer.stream, consumer.name)
            return None

        return check

    def answer(self, name: str, handler: Handler) -> None:
        """Answer requests on `dondoc.<service>.<name>`; Rejected becomes an error that says why."""
        self.answers.add(name, handler)

    def spawn(self, loop: Loop, name: str) -> None:
        """Run the loop as long as the service lives; one that fails starts again after a pause."""
        self._loops.append(asyncio.create_task(_keep_running(loop, name), name=name))

    async def begin(self) -> None:
        """Start what was wired."""
        await self.outbox.ensure_indexes()
        self.spawn(lambda: relay_forever(self.outbox, self.js, lambda: self.nc.is_connected), "relay")
        self.answer("pending", self._pending)
        await self._broker.start()
        await self.answers.start()
        await self.nc.flush()

    async def _pending(self, _: bytes) -> bytes:
        """How many of its events are not in the log yet."""
        return json.dumps({"unpublished": await self.outbox.count_unpublished()}).encode()

    async def end(self) -> None:
        """Finish what is in flight, then let go of everything."""
        await self.answers.stop()
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._broker.stop()
        self.mongo.close()


Start = Callable[[Runtime], Awaitable[None]]


async def run(
    name: str,
    start: Start,
    settings: Settings,
    middlewares: tuple[type[BaseMiddleware[Any, Any]], ...] = (),
) -> int:
    """Run one service until SIGTERM or SIGINT; the exit code. Before its stores are there it waits and says so."""
    configure(settings, name)
    stop = asyncio.Event()
    code = 0
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)

    async def closed() -> None:
        nonlocal code
        if not stop.is_set():
            log.error("the NATS connection is closed for good")
            code = 1
            stop.set()

    health = Health()
    port = settings.http_port if settings.http_port is not None else HTTP_PORTS[name]
    try:
        web = WebServer(health.routes(), settings.http_host, port)
    except OSError as error:
        log.error(
            f"port {port} on {settings.http_host} can't be used ({error.strerror}); set DONDOC_HTTP_PORT to a free one"
        )
        return EX_TEMPFAIL
    serving = asyncio.create_task(web.serve())
    work = asyncio.create_task(_live(name, start, settings, health, middlewares, closed, stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    try:
        await asyncio.wait_for(work, STOP_WITHIN.total_seconds())
    except TimeoutError:
        log.warning("stopped before everything was finished")
    except SettingsError as error:
        log.error(str(error))
        code = EX_CONFIG
    except Exception:
        log.exception("the service failed")
        code = 1
    web.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
    return code


async def _live(
    name: str,
    start: Start,
    settings: Settings,
    health: Health,
    middlewares: tuple[type[BaseMiddleware[Any, Any]], ...],
    closed: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
) -> None:
    mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_{name}")
    if not await waiting.until(stop, health, "MongoDB", mongo.ping):
        return
    if not await waiting.until(stop, health, "NATS", lambda: waiting.reach_nats(settings.nats_url)):
        return
    policies: dict[str, Policy] = {}
    broker = NatsBroker(
        settings.nats_url,
        name=f"dondoc-{name}",
        max_reconnect_attempts=-1,
        closed_cb=closed,
        graceful_timeout=STOP_WITHIN.total_seconds(),
        middlewares=(delivery_middleware(policies), *middlewares),
        logger=None,
    )
    nc = await broker.connect()
    runtime = Runtime(name, settings, mongo, broker, nc, policies)
    runtime.health = health
    if not await waiting.until(stop, health, "the topology", lambda: waiting.check_topology(runtime.js)):
        await broker.stop()
        return
    health.add_check("nats", lambda: _connected(nc))
    health.add_check("mongo", lambda: _pinged(mongo))
    await start(runtime)
    await runtime.begin()
    health.waiting_for = None
    log.info("ready")
    await stop.wait()
    log.info("stopping")
    await runtime.end()


async def _keep_running(loop: Loop, name: str) -> None:
    pause = FIRST_RESTART
    while True:
        try:
            await loop()
            return
        except Exception as error:
            log.exception("loop failed", loop=name, error=str(error)[:300])
        await asyncio.sleep(pause.total_seconds())
        pause = min(pause * 2, LONGEST_RESTART)


async def _as_it_is(msg: NatsMessage) -> bytes:
    return msg.body


async def _connected(nc: Client) -> str | None:
    return None if nc.is_connected else "no connection to NATS"


async def _pinged(mongo: Mongo) -> str | None:
    await mongo.ping()
    return None


__all__ = ["Delivery", "Runtime", "Start", "run", "topology"]
