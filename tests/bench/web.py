"""The HTTP intake: single posts beside a bare route, batches beside the stream's intake, all in one run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from deploy.child import Child
from deploy.servers.ports import free_port, listens
from services.submissions.credentials import Credentials, make_token
from shared.contracts.envelope import BATCH, STRUCTURED
from shared.contracts.http_limits import BATCH_EVENTS
from shared.mongo import Mongo
from tests.bench.contestant import Trouble, started
from tests.bench.drain import drain
from tests.bench.events import Posted, backlog
from tests.bench.house import House
from tests.bench.intake import OURS
from tests.bench.ours import DATABASE, Ours
from tests.bench.progress import Progress
from tests.bench.usage import cpu_seconds, tree
from tests.bench.web_client import Job, let_post

AGENCY = "dai-ptth"
STREAM, BATCHES, BARE, SINGLE = "by the stream", "HTTP, batches of 500", "bare route", "HTTP, single"
BATCHES_AT_ONCE, SINGLES_AT_ONCE = 4, 16
RECEIPT_BYTES = 900  # about what a recorded receipt takes
TAKEN = {"200", "201", "422"}


@dataclass
class Turns:
    """What one way came to: events a second, CPU microseconds an event, seconds of each request; `at_once` is the
    number of connections."""

    name: str
    at_once: int = 0
    per_second: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """Its medians, and the 99th of a hundred requests where there were so many; else None."""
        return {
            "name": self.name,
            "at_once": self.at_once,
            "per_second": round(median(self.per_second)),
            "cpu_micros": round(median(self.micros), 1),
            "median_ms": round(median(self.each) * 1e3, 2) if self.each else None,
            "p99_ms": round(quantiles(self.each, n=100)[98] * 1e3, 2) if len(self.each) >= 100 else None,
        }


async def measure(house: House, count: int, single: int, repeat: int, progress: Progress) -> Any:
    """`count` events by the stream and in batches, `single` one by one over many connections and over one."""
    events = backlog(count, AGENCY)
    ways: dict[str, tuple[Turns, Callable[[Turns], Awaitable[None]]]] = {
        STREAM: (Turns(STREAM), lambda turns: _stream(house, events, turns)),
        BATCHES: (Turns(BATCHES, BATCHES_AT_ONCE), lambda turns: _ours(house, _batches(events), count, turns)),
    }
    for at_once, several in ((SINGLES_AT_ONCE, events[:single]), (1, events[: max(2, single // 5)])):
        bodies = [event.body.decode() for event in several]
        for name, do in ((BARE, _bare), (SINGLE, _ours)):
            ways[f"{name} × {at_once}"] = Turns(name, at_once), _bound(do, house, bodies)
    for turn in range(repeat):
        for shown, (turns, do) in ways.items():
            progress(f"web {turn + 1}/{repeat}: {shown}")
            await do(turns)
    size = round(sum(len(event.body) for event in events) / count)
    rows = [turns.row() for turns, _ in ways.values()]
    return {"events": count, "single": single, "bytes": size, "repeat": repeat, "rows": rows}


def _bound(do: Any, house: House, bodies: list[str]) -> Callable[[Turns], Awaitable[None]]:
    return lambda turns: do(house, bodies, len(bodies), turns)


def _batches(events: Sequence[Posted]) -> list[str]:
    parts = [events[start : start + BATCH_EVENTS] for start in range(0, len(events), BATCH_EVENTS)]
    return [f"[{','.join(event.body.decode() for event in part)}]" for part in parts]


async def _stream(house: House, events: Sequence[Posted], turns: Turns) -> None:
    done = await drain(Ours(house, OURS), house, events, 1)
    turns.per_second.append(done.per_second)
    turns.micros.append(done.cpu_micros)


async def _bare(house: House, bodies: list[str], count: int, turns: Turns) -> None:
    port = free_port(0)

    async def ready(_: Child) -> bool:
        return listens(port)

    arguments = [str(port), str(RECEIPT_BYTES)]
    process = await started(house, "tests.bench.peers.bare_web", arguments, house.environ, ready)
    try:
        await _posted(house, process, Job(port, turns.at_once, {"Content-Type": STRUCTURED}, bodies), count, turns)
    finally:
        process.kill()


async def _ours(house: House, bodies: list[str], count: int, turns: Turns) -> None:
    """Raises Trouble where not every event is recorded once."""
    ours = Ours(house, OURS, free_port(0))
    async with at_the_door(ours) as (process, token):
        mode = BATCH if bodies[0].startswith("[") else STRUCTURED
        headers = {"Content-Type": mode, "Authorization": f"Bearer {token}"}
        await _posted(house, process, Job(ours.port, turns.at_once, headers, bodies), count, turns)
        recorded = await ours.recorded()
        if recorded != count:
            raise Trouble(f"{turns.name}: {recorded} records of {count} events")


@asynccontextmanager
async def at_the_door(ours: Ours) -> AsyncIterator[tuple[Child, str]]:
    """The service, ready for HTTP on its port, and a token of AGENCY; what it recorded is gone afterwards."""
    await ours.prepare()
    process = await ours.start()
    try:
        token = make_token()
        await Credentials(Mongo(ours.house.mongo_url, DATABASE)).add(token, AGENCY, datetime.now(UTC))
        await ours.has_read_the_plan()
        yield process, token
    finally:
        process.kill()
        await ours.clear()


async def _posted(house: House, process: Child, job: Job, count: int, turns: Turns) -> None:
    own = tree(process.pid)
    cpu = cpu_seconds(own)
    seen = await let_post(house, job)
    turns.micros.append((cpu_seconds(own) - cpu) / count * 1e6)
    if not seen.statuses.keys() <= TAKEN:
        raise Trouble(f"{turns.name}: answers {seen.statuses}")
    turns.per_second.append(count / seen.seconds)
    turns.each += seen.each
