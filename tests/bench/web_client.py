"""`python -m tests.bench.web_client JOB RESULT`: posts over kept connections, each one request after the other.

A process of its own, on plain sockets, so that it is no part of what is measured; it writes what it saw to RESULT.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deploy import child
from shared.contracts.http_api import EVENTS, PREFIX
from tests.bench.contestant import Trouble
from tests.bench.house import House
from tests.harness.kept_http import Kept

LOOK_EVERY_SECONDS = 0.02


@dataclass(frozen=True)
class Job:
    """What is posted to which port, over so many connections."""

    port: int
    connections: int
    headers: dict[str, str]
    bodies: list[str]
    path: str = PREFIX + EVENTS


@dataclass
class Seen:
    """Seconds from the first request to the last answer, those of each request, and how often each status came."""

    seconds: float = 0.0
    each: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)


async def let_post(house: House, job: Job) -> Seen:
    """Have it done by a process of its own. Raises Trouble where that fails."""
    asked, result = house.folder / "job.json", house.folder / "seen.json"
    asked.write_text(json.dumps(asdict(job)), encoding="utf-8")
    result.unlink(missing_ok=True)
    log = house.folder / "web-client.log"
    process = child.start([sys.executable, "-m", "tests.bench.web_client", str(asked), str(result)], log, house.environ)
    while process.exit_code is None:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    if not result.exists():
        raise Trouble(f"the web client ended: {log.read_text()[-2000:]}")
    return Seen(**json.loads(result.read_text(encoding="utf-8")))


async def post(job: Job) -> Seen:
    """Do it here."""
    seen, statuses = Seen(), Counter[str]()
    bodies = iter([body.encode() for body in job.bodies])
    connections = [await Kept.to(job.port) for _ in range(job.connections)]
    began = time.perf_counter()
    await asyncio.gather(*(_some(one, job, bodies, seen, statuses) for one in connections))
    seen.seconds = time.perf_counter() - began
    seen.statuses = dict(statuses)
    return seen


async def _some(kept: Kept, job: Job, bodies: Iterator[bytes], seen: Seen, statuses: Counter[str]) -> None:
    for body in bodies:
        began = time.perf_counter()
        answer = await kept.ask("POST", job.path, body, job.headers)
        seen.each.append(time.perf_counter() - began)
        statuses[str(answer.status)] += 1
    kept.close()


def main() -> None:
    asked, result = map(Path, sys.argv[1:])
    job: dict[str, Any] = json.loads(asked.read_text(encoding="utf-8"))
    seen = asyncio.run(post(Job(**job)))
    part = result.with_suffix(".part")
    part.write_text(json.dumps(asdict(seen)), encoding="utf-8")
    part.rename(result)


if __name__ == "__main__":
    main()
