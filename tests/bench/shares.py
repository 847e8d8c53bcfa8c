"""Where the time of submissions goes: its CPU time by who spends it."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.child import Child
from tests.bench.contestant import LOOK_EVERY
from tests.bench.drain import PATIENCE, drain
from tests.bench.events import backlog
from tests.bench.house import House
from tests.bench.intake import OURS
from tests.bench.ours import Ours
from tests.bench.progress import Progress

# By the first that a source file's path holds.
AREAS = {
    "/nats/": "nats-py",
    "/motor/": "motor and pymongo, main thread",
    "/pymongo/": "motor and pymongo, main thread",
    "/bson/": "motor and pymongo, main thread",
    "/concurrent/futures/": "motor and pymongo, main thread",
    "/asyncio/": "asyncio",
    "/selectors.py": "asyncio",
    "/pydantic": "pydantic",
    "/json/": "json",
    "/services/submissions/": "services/submissions: read, match, answer",
    "/shared/contracts/": "shared/contracts: envelopes, receipts",
    "/shared/": "shared: batches, outbox, relay",
}
THREADS = "motor and pymongo, their threads"
REST = "everything else"
NOTHING = Path("/nonexistent")


@dataclass(frozen=True, eq=False)
class Watched(Ours):
    """Ours, profiled from `go` until it has recorded everything."""

    target: Path = NOTHING
    children: list[Child] = field(default_factory=list)

    def command(self) -> tuple[str, list[str]]:
        return "tests.bench.profiled", [str(self.target), "run", "submissions"]

    async def start(self) -> Child:
        self.children.append(await super().start())
        return self.children[-1]

    async def go(self) -> None:
        os.kill(self.children[0].pid, signal.SIGUSR1)
        await super().go()

    async def recorded(self) -> int:
        os.kill(self.children[0].pid, signal.SIGUSR2)
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while not self.target.exists():
                await asyncio.sleep(LOOK_EVERY.total_seconds())
        return await super().recorded()


async def measure(house: House, count: int, progress: Progress) -> Any:
    """Shares of its CPU time. A profile makes Python's own calls dearer than they are, so they are rough."""
    progress(f"shares: {count:,} events, profiled")
    target = house.folder / "profile.json"
    await drain(Watched(house, OURS, target), house, backlog(count), 1)
    profile = json.loads(target.read_text(encoding="utf-8"))
    spent: Counter[str] = Counter()
    for file, seconds in profile["files"].items():
        spent[_area(file)] += seconds
    spent[THREADS] += max(0.0, profile["process"] - profile["main"])
    return {"events": count, "rows": list(_rows(spent))}


def _rows(spent: Counter[str]) -> Iterator[dict[str, Any]]:
    total = spent.total()
    for area, seconds in spent.most_common():
        yield {"name": area, "share": round(seconds / total, 3)}


def _area(file: str) -> str:
    return next((area for part, area in AREAS.items() if part in file), REST)
