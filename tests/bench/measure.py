"""All parts of a run, on the same servers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import intake, latency, machine, memory, shares, starting
from tests.bench.house import house
from tests.bench.progress import say

EVENTS = 20_000
REPEAT = 3
SINGLE_EVENTS = 300
BACKLOG_TIMES = 5
PARTS = ("intake", "latency", "memory", "start", "peers", "shares")


@dataclass(frozen=True)
class Size:
    """How many events wait for the intake; five times as many for the measurement of memory; turns of each."""

    events: int = EVENTS
    repeat: int = REPEAT

    @property
    def single(self) -> int:
        return min(SINGLE_EVENTS, self.events)


async def measure(size: Size, only: str | None = None, data: Path | None = None) -> dict[str, Any]:
    """The figures, by part; what `docs/performance.md` shows is made of nothing else."""
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine.describe()}
    async with house(data) as up:
        if only in {None, "start"}:
            found["start"] = await starting.measure(up, size.repeat, say)
        if only in {None, "intake", "peers"}:
            taking_part = intake.entries(up, peers=only != "intake", pairs=only != "peers")
            found["intake"] = await intake.measure(up, taking_part, size.events, size.repeat, say)
            found["intake"]["missing"] = [intake.CELERY] if only != "intake" and up.redis is None else []
        if only in {None, "latency"}:
            found["latency"] = await latency.measure(up, size.single, say)
        if only in {None, "memory"}:
            found["memory"] = await memory.measure(up, size.events * BACKLOG_TIMES, say)
        if only in {None, "shares"}:
            found["shares"] = await shares.measure(up, size.events // 2, say)
    return found
