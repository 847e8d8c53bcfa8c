"""Real servers and services as processes of their own; a link that something is to happen to goes through a proxy."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from deploy.health import is_ready
from deploy.house import apply_topology
from deploy.servers.binaries import find
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from deploy.servers.ports import free_port, listens
from deploy.servers.server import Server
from shared.settings import read_settings
from tests.faults import clocks
from tests.faults.disks import small_disk
from tests.faults.keeper import Kept, kept
from tests.faults.proxy import Proxy
from tests.harness.servers import clean_environ
from tests.harness.services import LINK_SECRET
from tests.harness.tree import ROOT

SERVICES = ("assignments", "submissions-1", "submissions-2", "notifier", "reports")
INTEGRATORS = "integrators"  # on their links with services
SERVERS = (NATS.name, MONGO.name, "smtp")
UP_WITHIN = timedelta(seconds=60)
LOOK_EVERY = timedelta(milliseconds=20)
PREFIX = "dondoc"
# Events a second of an agency: so few that some are told to come again.
HTTP_RATE = 2
# Below those that the system gives to outgoing connections, so that a process finds its own free when it comes back.
PORTS = (16_000, 32_000)
# mongod lays out some hundred MB when it starts.
DISK_MIB = {NATS.name: 128, MONGO.name: 700}


@dataclass(frozen=True)
class Wishes:
    """How a world differs from a plain one: arguments of a service's first starts, the links (service, server) that go
    through a proxy, services under a clock that can be moved, servers whose store is a small disk."""

    first: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    links: frozenset[tuple[str, str]] = frozenset()
    clocks: frozenset[str] = frozenset()
    disks: frozenset[str] = frozenset()


@dataclass
class World:
    """`links` are the proxies, by (service, server); `controls` the files that move a service's clock."""

    folder: Path
    ports: dict[str, int]
    kept: dict[str, Kept]
    links: dict[tuple[str, str], Proxy]
    controls: dict[str, Path]

    @property
    def nats_url(self) -> str:
        """Not through a proxy: for clients and for looking in."""
        return NATS.url(self.store(NATS.name), self.ports[NATS.name])

    @property
    def mongo_url(self) -> str:
        return f"mongodb://127.0.0.1:{self.ports[MONGO.name]}/?directConnection=true"

    @property
    def environ(self) -> dict[str, str]:
        """What a command of the operator needs."""
        own = {"DONDOC_NATS_URL": self.nats_url, "DONDOC_MONGO_URL": self.mongo_url, "PYTHONPATH": str(ROOT)}
        return {**clean_environ(), **own, "DONDOC_DATABASE_PREFIX": PREFIX}

    def database(self, service: str) -> str:
        return f"{PREFIX}_{service}"

    def door(self, service: str) -> int:
        """The port by which integrators come to that service."""
        link = self.links.get((INTEGRATORS, service))
        return link.port if link else self.ports[service]

    def store(self, server: str) -> Path:
        """The folder of a server's data."""
        return self.folder / server

    async def serves(self, server: str) -> None:
        """Return when the server takes work. Raises TimeoutError."""
        probe = _probe(server)
        await _until(lambda: asyncio.to_thread(probe, self.ports[server]), f"{server} serves")

    async def ready(self) -> None:
        """Return when every service is."""
        for name in SERVICES:
            await _until(lambda port=self.ports[name]: is_ready(port), f"{name} is ready")  # type: ignore[misc]


@asynccontextmanager
async def world(folder: Path, wishes: Wishes) -> AsyncIterator[World]:
    """Everything, ready, for the time of the block."""
    async with AsyncExitStack() as stack:
        for server in SERVERS:
            (folder / server).mkdir(parents=True)
            if server in wishes.disks:
                stack.enter_context(small_disk(folder / server, DISK_MIB[server]))
        (folder / "log").mkdir()
        ports = _ports()
        controls = {name: folder / f"{name}.clock" for name in wishes.clocks}
        whole = World(folder, ports, _servers(folder, ports), {}, controls)
        await stack.enter_async_context(kept(*whole.kept.values()))
        for server in SERVERS:
            await whole.serves(server)
        await apply_topology(read_settings(whole.environ))
        for name, server in wishes.links:
            whole.links[name, server] = await stack.enter_async_context(Proxy.to(ports[server]))
        services = [_service(name, whole, wishes) for name in SERVICES]
        whole.kept |= {one.name: one for one in services}
        await stack.enter_async_context(kept(*services))
        await whole.ready()
        yield whole


def _ports() -> dict[str, int]:
    names = (*SERVERS, *SERVICES)
    tried = random.SystemRandom().sample(range(*PORTS), 20 * len(names))
    return dict(zip(names, (port for port in tried if free_port(port) == port), strict=False))


def _servers(folder: Path, ports: Mapping[str, int]) -> dict[str, Kept]:
    commands = {server.name: _command(server, folder, ports[server.name]) for server in (NATS, MONGO)}
    smtp = ("-m", "tests.faults.smtp", str(ports["smtp"]), str(folder / "smtp"), str(folder / "smtp.control"))
    commands["smtp"] = [sys.executable, *smtp]
    environ = {**clean_environ(), "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    return {name: Kept(name, command, environ, folder / "log" / f"{name}.log") for name, command in commands.items()}


def _command(server: Server, folder: Path, port: int) -> list[str]:
    server.prepare(folder / server.name)
    return [str(find(server.name, server.distribution, server.variable)), *server.arguments(folder / server.name, port)]


def _service(name: str, whole: World, wishes: Wishes) -> Kept:
    service = name.partition("-")[0]
    proxies = {server: whole.links.get((name, server)) for server in SERVERS}
    port = {server: proxy.port if proxy else whole.ports[server] for server, proxy in proxies.items()}
    environ = {
        **whole.environ,
        "DONDOC_NATS_URL": NATS.url(whole.store(NATS.name), port[NATS.name]),
        "DONDOC_MONGO_URL": f"mongodb://127.0.0.1:{port[MONGO.name]}/?directConnection=true",
        "DONDOC_SMTP_URL": f"smtp://127.0.0.1:{port['smtp']}",
        "DONDOC_CALENDAR": "manual",
        "DONDOC_LINK_SECRET": LINK_SECRET,
        "DONDOC_LOG": "text",
        "DONDOC_HTTP_PORT": str(whole.ports[name]),
        "DONDOC_HTTP_RATE": str(HTTP_RATE),
        **(clocks.environ(whole.controls[name]) if name in whole.controls else {}),
    }
    command = [sys.executable, "-P", "-m", "tests.faults.process", service]
    return Kept(name, command, environ, whole.folder / "log" / f"{name}.log", first=wishes.first.get(name, ()))


def _probe(server: str) -> Callable[[int], bool]:
    return {NATS.name: NATS.serves, MONGO.name: MONGO.serves, "smtp": listens}[server]


async def _until(holds: Callable[[], object], what: str) -> None:
    try:
        async with asyncio.timeout(UP_WITHIN.total_seconds()):
            while not await holds():  # type: ignore[misc]
                await asyncio.sleep(LOOK_EVERY.total_seconds())
    except TimeoutError:
        raise TimeoutError(f"in vain waited until {what}") from None
