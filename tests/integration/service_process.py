"""One service as a process of its own, as an operator starts it: `dondoc run NAME`."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from deploy.child import tied_to_parent
from tests.integration.until import until
from tests.unit.shared.asking_health import get, ready


@dataclass
class ServiceProcess:
    """`lines` is what it has said so far."""

    port: int
    process: Process
    lines: list[str] = field(default_factory=list)

    async def says(self, text: str) -> None:
        """Return when a line holds the text."""

        async def said() -> bool:
            return any(text in line for line in self.lines)

        await until(said, f"it says {text!r}; it said {self.lines}")

    async def waits_for(self, text: str) -> None:
        """Return when it isn't ready for a reason that holds the text; it is live all the while."""

        async def waits() -> bool:
            try:
                status, problems = await ready(self.port)
            except OSError:
                return False
            return status == 503 and text in problems.get("start", "")

        await until(waits, f"it waits for {text!r}; it said {self.lines}")
        assert (await get(self.port, "/health/live"))[0] == 200

    async def is_ready(self) -> None:
        async def holds() -> bool:
            with suppress(OSError):
                return (await ready(self.port))[0] == 200
            return False

        await until(holds, f"it is ready; it said {self.lines}")

    async def ends(self) -> int:
        """Its exit code."""
        return await asyncio.wait_for(self.process.wait(), 60)


@asynccontextmanager
async def running(name: str, environ: Mapping[str, str], port: int) -> AsyncIterator[ServiceProcess]:
    """The service, running; killed at the end of the block if it still does."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "deploy.cli", "run", name),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**environ, "DONDOC_HTTP_PORT": str(port), "DONDOC_LOG": "text"},
        preexec_fn=tied_to_parent(),
    )
    service = ServiceProcess(port, process)
    reading = asyncio.create_task(_read(service))
    try:
        yield service
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def _read(service: ServiceProcess) -> None:
    assert service.process.stdout is not None
    async for line in service.process.stdout:
        service.lines.append(line.decode().rstrip())
