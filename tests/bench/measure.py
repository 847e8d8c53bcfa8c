"""All parts of a run, on the same servers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import intake, latency, lists, machine, mails, memory, reports, shares, starting, web
from tests.bench.house import House, house
from tests.bench.progress import say

EVENTS = 20_000
REPEAT = 3
SINGLE_EVENTS = 300
BACKLOG_TIMES = 5
LIST_ROWS = 5_000
AGENCIES = 5_000
OUTPUTS = 1_000_000
PARTS = ("intake", "latency", "memory", "start", "peers", "shares", "web", "lists", "mails", "reports")


Keep = Callable[[dict[str, Any]], None]
Part = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Size:
    """How many events wait for the intake; five times as many for the measurement of memory; turns of each; of how
    many agencies reports are made, and of how many outputs at most."""

    events: int = EVENTS
    repeat: int = REPEAT
    provinces: tuple[int, ...] = reports.AGENCIES
    outputs: int = OUTPUTS

    @property
    def single(self) -> int:
        return min(SINGLE_EVENTS, self.events)


async def measure(size: Size, only: str | None, data: Path | None, keep: Keep) -> dict[str, Any]:
    """The figures, by part, which `docs/performance.md` shows; `keep` is given them after every part."""
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine.describe()}
    async with house(data) as up:
        parts: dict[str, Part] = {
            "intake": lambda: _intake(up, size, peers=only != "intake", pairs=only != "peers"),
            "latency": lambda: latency.measure(up, size.single, say),
            "web": lambda: web.measure(up, size.events // 2, size.single * 2, size.repeat, say),
            "lists": lambda: lists.measure(up, min(LIST_ROWS, size.events), size.repeat, say),
            "mails": lambda: mails.measure(up, min(AGENCIES, size.events), size.repeat, say),
            "reports": lambda: reports.measure(up, size.provinces, size.outputs, say),
            "start": lambda: starting.measure(up, size.repeat, say),
            "shares": lambda: shares.measure(up, size.events // 2, say),
            "memory": lambda: memory.measure(up, size.events * BACKLOG_TIMES, say),
        }
        for name, part in parts.items():
            if only in {None, name} or (only, name) == ("peers", "intake"):
                found[name] = await part()
                keep(found)
    return found


async def _intake(up: House, size: Size, *, peers: bool, pairs: bool) -> Any:
    taking_part = intake.entries(up, peers=peers, pairs=pairs)
    found = await intake.measure(up, taking_part, size.events, size.repeat, say)
    return {**found, "missing": [intake.CELERY] if peers and up.redis is None else []}
