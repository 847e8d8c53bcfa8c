"""Services for tests: in the test's own process, or as the processes that `dondoc up` would start."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from faststream import BaseMiddleware
from starlette.types import ASGIApp

from deploy.identity.folder import Identity
from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from deploy.supervisor import SERVICES, Supervisor, supervise
from shared.health import Health
from shared.service import Mount, Start, live
from shared.settings import Settings, read_settings
from tests.harness.inbox import Inbox
from tests.harness.servers import clean_environ

POLL_SECONDS = 0.01
LINK_SECRET = "a sample secret that signs the links of tests"
Processes = Callable[..., AbstractAsyncContextManager[Supervisor]]


@pytest.fixture
def environ(mongod: Running, nats_server: Running, inbox: Inbox, database_prefix: str) -> dict[str, str]:
    """The environment of a service of this test: real servers, manual calendar, free ports."""
    return {
        **clean_environ(),
        "DONDOC_NATS_URL": nats_server.url,
        "DONDOC_IDENTITY": str(identity_of(nats_server.data).path),
        "DONDOC_MONGO_URL": mongod.url,
        "DONDOC_SMTP_URL": inbox.url,
        "DONDOC_DATABASE_PREFIX": database_prefix,
        "DONDOC_CALENDAR": "manual",
        "DONDOC_LINK_SECRET": LINK_SECRET,
        "DONDOC_HTTP_PORT": "0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


@pytest.fixture
def settings(environ: Mapping[str, str]) -> Settings:
    """The same as Settings."""
    return read_settings(environ)


@pytest.fixture
def processes(environ: Mapping[str, str], nats_server: Running) -> Processes:
    """`async with processes("reports", …) as supervisor:` services as child processes, ready; all four without a name.

    The topology must be there: ask for `js`. `supervisor.services[name].pid` is what a test may kill.
    """

    @asynccontextmanager
    async def run(*names: str) -> AsyncIterator[Supervisor]:
        identity = identity_of(nats_server.data)
        async with supervise(
            environ,
            lambda name, line: print(f"{name}: {line}"),
            names=names or SERVICES,
            # Each as itself: what a service needs and the server doesn't let it do is seen by whatever test needs it.
            own={name: {"DONDOC_NATS_URL": identity.url(name, address(nats_server.port))} for name in SERVICES},
        ) as supervisor:
            await supervisor.ready()
            yield supervisor

    return run


def _unserved(path: str, app: ASGIApp) -> None:
    """There is no web server that could serve it."""


@asynccontextmanager
async def in_process(
    name: str,
    start: Start,
    settings: Settings,
    middlewares: tuple[type[BaseMiddleware[Any, Any]], ...] = (),
    mount: Mount = _unserved,
) -> AsyncIterator[Health]:
    """The service in this process, wired by its own `start`, as its own user of NATS, ready; without signal handlers,
    and without a web server unless one's `mount` is given."""

    async def closed() -> None:
        stop.set()

    if name in SERVICES:
        url = Identity(settings.identity).url(name, settings.nats_url)
        settings = settings.model_copy(update={"nats_url": url})
    stop, health = asyncio.Event(), Health()
    work = asyncio.create_task(live(name, start, settings, health, mount, middlewares, closed, stop))
    try:
        while health.waiting_for is not None and not work.done():
            await asyncio.sleep(POLL_SECONDS)
        if work.done():
            await work  # raises what kept it from starting
        yield health
    finally:
        stop.set()
        await work
