"""A service's life: wait for the stores, check the topology, wire, run until told to stop.

Each service hands its `start` to `run`; what it needs comes in the Runtime.
"""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from faststream import BaseMiddleware
from faststream.nats import NatsBroker
from faststream.security import SASLPlaintext
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from starlette.types import ASGIApp

from shared import topology, waiting
from shared.delivery import Duplicator, Policy, delivery_middleware
from shared.health import Health, WebServer
from shared.listener import listen, port_of
from shared.logs import configure, logger
from shared.mongo import Mongo
from shared.nats_address import inbox_prefix, read_address
from shared.nats_reading import read_anything
from shared.reading_position import LogEnd
from shared.refusals import Refusals
from shared.runtime import Runtime
from shared.settings import HTTP_PORTS, Settings, SettingsError

# sysexits.h: with a wrong configuration another try would end the same; a port that is taken now may be free then.
EX_CONFIG = 78
EX_TEMPFAIL = 75
# A connection that says nothing to two of these is made anew: one may be gone without having said so.
PING_EVERY = timedelta(seconds=10)
STOP_WITHIN = timedelta(seconds=12)
COLLECT_AFTER = 20_000  # new objects that are still there

log = logger(__name__)


Start = Callable[[Runtime], Awaitable[None]]
Mount = Callable[[str, ASGIApp], None]


async def run(
    name: str,
    start: Start,
    settings: Settings,
    listener: socket.socket | None = None,
) -> int:
    """Run one service until SIGTERM or SIGINT; the exit code. Before its stores are there it waits and says so.

    Its HTTP server takes the connections of `listener`; without one it listens where the settings say.
    """
    configure(settings, name)
    stop = asyncio.Event()
    code = 0
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop.set)

    async def closed() -> None:
        if not stop.is_set():
            log.error("the NATS connection is closed for good")
            # At once: nothing can be finished without NATS, and the framework's loop spins on a closed connection.
            os._exit(1)

    health = Health()
    port = settings.http_port if settings.http_port is not None else HTTP_PORTS[name]
    try:
        listener = listener or listen(settings.http_host, port)
    except OSError as error:
        log.error(
            f"port {port} on {settings.http_host} can't be used ({error.strerror}); set DONDOC_HTTP_PORT to a free one"
        )
        return EX_TEMPFAIL
    settings = settings.model_copy(update={"http_port": port_of(listener)})
    web = WebServer(health, listener)
    serving = asyncio.create_task(web.serve())
    work = asyncio.create_task(live(name, start, settings, health, web.mount, (), closed, stop))
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


async def live(
    name: str,
    start: Start,
    settings: Settings,
    health: Health,
    mount: Mount,
    middlewares: tuple[type[BaseMiddleware[Any, Any]], ...],
    closed: Callable[[], Awaitable[None]],
    stop: asyncio.Event,
) -> None:
    mongo = Mongo(settings.mongo_url, settings.database(name))
    if not await waiting.until(stop, health, "MongoDB", mongo.ping):
        return
    if not await waiting.until(stop, health, "the restore", lambda: waiting.check_restored(mongo)):
        return
    if not await waiting.until(stop, health, "NATS", lambda: waiting.reach_nats(settings.nats_url)):
        return
    policies: dict[str, Policy] = {}
    refusals = Refusals()
    address = read_address(settings.nats_url)
    broker = NatsBroker(
        list(address.servers),
        security=SASLPlaintext(*address.credentials) if address.credentials else None,
        name=f"dondoc-{name}",
        # Its own, so that the server can keep the other services from it.
        inbox_prefix=inbox_prefix(name),
        max_reconnect_attempts=-1,
        ping_interval=int(PING_EVERY.total_seconds()),
        closed_cb=closed,
        error_cb=refusals.hear,
        graceful_timeout=STOP_WITHIN.total_seconds(),
        middlewares=(delivery_middleware(policies), *middlewares),
        logger=None,
    )
    nc = await broker.connect()
    read_anything(nc)
    runtime = Runtime(name, settings, mongo, broker, nc, policies, health, Duplicator in middlewares)
    refusals.on_publish.append(runtime.publisher.forbid)
    replicas = settings.stream_replicas
    if not await waiting.until(stop, health, "the topology", lambda: waiting.check_topology(runtime.js, replicas)):
        await broker.stop()
        return
    health.add_check("nats", lambda: _connected(nc))
    health.add_check("mongo", lambda: _pinged(mongo))
    health.add_check("log", lambda: _has_log(runtime.js, runtime.log_end))
    await start(runtime)
    await runtime.begin()
    for path, app in runtime.apps.items():
        mount(path, app)
    _calm_collector()
    health.waiting_for = None
    log.info("ready")
    await stop.wait()
    health.waiting_for = "stopping"
    log.info("stopping")
    await runtime.end()


def _calm_collector() -> None:
    """What was made for good is never looked at again, and garbage less often: a batch of 500 events makes tens of
    thousands of objects that all go by themselves. A fifth of the intake's processor time went into looking."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


async def _connected(nc: Client) -> str | None:
    return None if nc.is_connected else "no connection to NATS"


async def _pinged(mongo: Mongo) -> str | None:
    await mongo.ping()
    return None


async def _has_log(js: JetStreamContext, end: LogEnd) -> str | None:
    """Every service tells its events there, one without consumers too; whose are made anew, all are."""
    made = None  # while a refill is under way
    with suppress(NotFoundError):
        made = (await js.consumer_info(topology.EVENTS, topology.SUBMISSIONS_EVENTS.name)).created
    try:
        lost = await end.lost(made)
    except NotFoundError:
        return f"stream {topology.EVENTS} is missing; run `dondoc topology refill`"
    return f"the log has lost its last {lost} events; run `dondoc topology refill`" if lost else None
