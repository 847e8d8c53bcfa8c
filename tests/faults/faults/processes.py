"""Done to processes: killed, told to end, stopped for a while."""

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.faults.fault import Scene


@dataclass(frozen=True)
class Signalled:
    """Killed (SIGKILL) or told to end (SIGTERM)."""

    process: str
    number: signal.Signals

    @property
    def name(self) -> str:
        return f"{'kill' if self.number == signal.SIGKILL else 'term'} {self.process}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({self.process})

    async def strike(self, scene: Scene) -> None:
        scene.world.kept[self.process].send(self.number)


@dataclass(frozen=True)
class Stopped:
    """SIGSTOP, and SIGCONT after a while: it hangs, and its connections stay open."""

    process: str
    lasting: timedelta

    @property
    def name(self) -> str:
        return f"stop {self.process}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({self.process})

    async def strike(self, scene: Scene) -> None:
        kept = scene.world.kept[self.process]
        pid = kept.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(self.lasting.total_seconds())
        finally:
            if pid == kept.pid:
                with suppress(ProcessLookupError):
                    kept.send(signal.SIGCONT)
