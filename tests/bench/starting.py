"""How soon each service is ready and what it holds at rest, beside a Python process that only imports and connects."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from deploy.child import Child
from deploy.health import is_ready
from deploy.servers.ports import free_port
from shared import topology
from shared.settings import HTTP_PORTS
from tests.bench.contestant import LOOK_EVERY, says_ready, started
from tests.bench.house import House, clean_environ
from tests.bench.peers.place import Place
from tests.bench.progress import Progress
from tests.bench.usage import MIB, cpu_seconds, resident, tree

PREFIX = "bench"
BARE = "bare Python process"
UP = "dondoc up"
AT_REST_AFTER = timedelta(seconds=1)
STOP_WITHIN = timedelta(seconds=30)
Start = Callable[[], Awaitable[Child]]


@dataclass
class Figures:
    """One process's turns: seconds until ready, CPU seconds until then, MiB at rest."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float | None]:
        return {
            "ready_s": round(median(self.seconds), 2),
            "cpu_s": round(median(self.cpu), 2),
            "rest_mib": round(median(self.rest), 1) if self.rest else None,
        }


async def measure(house: House, repeat: int, progress: Progress) -> Any:
    """Each in turn, alone, on servers whose log holds a plan; `dondoc up` with servers and a data folder of its own."""
    await house.renew_streams()
    starts: dict[str, Start] = {BARE: lambda: _bare(house)}
    starts |= {name: lambda name=name: _service(house, name) for name in HTTP_PORTS}  # type: ignore[misc]
    starts[UP] = lambda: _up(house)
    figures = {name: Figures() for name in starts}
    for turn in range(repeat):
        for name, start in starts.items():
            progress(f"start {turn + 1}/{repeat}: {name}")
            began = time.monotonic()
            process = await start()
            figures[name].seconds.append(time.monotonic() - began)
            figures[name].cpu.append(cpu_seconds(tree(process.pid)))
            if name != UP:
                figures[name].rest.append(await _at_rest(house, name, process) / MIB)
            await asyncio.to_thread(process.stop, STOP_WITHIN)
    for service in HTTP_PORTS:
        house.mongo.drop_database(f"{PREFIX}_{service}")
    return {"repeat": repeat, "rows": [{"name": name, **mine.row()} for name, mine in figures.items()]}


async def _bare(house: House) -> Child:
    environ = Place(house.nats_url, house.mongo_url, PREFIX).environ(house.environ)
    return await started(house, "tests.bench.peers.bare", [], environ, says_ready)


async def _service(house: House, name: str) -> Child:
    port = free_port(0)

    async def ready(_: Child) -> bool:
        return await is_ready(port)

    environ = {**house.environ, "DONDOC_DATABASE_PREFIX": PREFIX, "DONDOC_HTTP_PORT": str(port)}
    return await started(house, "deploy.cli", ["run", name], environ, ready)


async def _up(house: House) -> Child:
    """With ours or standard ports, whichever are free, and a data folder that is new."""
    folder = house.folder / f"up-{time.monotonic_ns()}"
    return await started(house, "deploy.cli", ["up", "--data", str(folder)], clean_environ(), _printed_ready)


async def _printed_ready(process: Child) -> bool:
    return "\nready\n" in process.log.read_text()


async def _at_rest(house: House, name: str, process: Child) -> int:
    """When it has read the log, and a moment has passed."""
    for consumer in topology.CONSUMERS:
        while consumer.name.startswith(name) and await _pending(house, consumer):
            await asyncio.sleep(LOOK_EVERY.total_seconds())
    await asyncio.sleep(AT_REST_AFTER.total_seconds())
    return resident(process.pid)


async def _pending(house: House, consumer: topology.Consumer) -> int:
    return (await house.js.consumer_info(consumer.stream, consumer.name)).num_pending or 0
