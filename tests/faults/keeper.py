"""A process that is started again a moment after it ended, as systemd would do."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from deploy.child import tied_to_parent
from shared.cancelled import cancelled

AGAIN_AFTER = timedelta(seconds=1)
STOP_WITHIN = timedelta(seconds=15)


@dataclass
class Kept:
    """`starts` counts them; `first` are further arguments of the first start, the second, and so on; later starts have
    none. While `held` it stays down."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    log: Path
    first: Sequence[Sequence[str]] = ()
    process: Process | None = None
    starts: int = 0
    ends: list[int] = field(default_factory=list)
    held: bool = False
    _loose: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pid(self) -> int | None:
        """None while it is down."""
        return self.process.pid if self.process is not None and self.process.returncode is None else None

    def send(self, number: int) -> int | None:
        """Send it a signal, where it runs; to whom."""
        pid = self.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return pid

    async def hold(self, number: int = signal.SIGKILL) -> None:
        """End it and keep it down until `release`."""
        self.held = True
        self._loose.clear()
        self.send(signal.SIGCONT)
        self.send(number)
        if self.process is not None:
            await self.process.wait()

    def release(self) -> None:
        """Start it again."""
        self.held = False
        self._loose.set()

    async def keep(self) -> None:
        """For ever."""
        while True:
            arguments = [*self.command, *(self.first[self.starts] if self.starts < len(self.first) else ())]
            with self.log.open("ab") as output:
                self.process = await asyncio.create_subprocess_exec(
                    *arguments,
                    stdin=DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=dict(self.environ),
                    start_new_session=True,
                    preexec_fn=tied_to_parent(),
                )
            self.starts += 1
            self.ends.append(await self.process.wait())
            if self.held:
                await self._loose.wait()
            else:
                await asyncio.sleep(AGAIN_AFTER.total_seconds())
                if self.held:  # held in that moment
                    await self._loose.wait()

    async def stop(self) -> None:
        """End it for good, cleanly where it ends in time."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN.total_seconds())
        except TimeoutError:
            self.send(signal.SIGKILL)
            await process.wait()


@asynccontextmanager
async def kept(*all_of: Kept) -> AsyncIterator[None]:
    """The processes, running for the time of the block; killed at its end."""
    tasks = [asyncio.create_task(one.keep(), name=one.name) for one in all_of]
    try:
        yield
    finally:
        await cancelled(tasks)
        for one in all_of:
            one.send(signal.SIGKILL)
        for one in all_of:
            if one.process is not None:
                await one.process.wait()
