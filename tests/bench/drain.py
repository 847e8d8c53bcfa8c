"""One measurement: a contestant drains a backlog that waits for it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from deploy.child import Child
from tests.bench.contestant import Contestant, Trouble
from tests.bench.events import Posted
from tests.bench.house import House
from tests.bench.usage import cpu_seconds, tree

LOOK_EVERY = timedelta(milliseconds=25)
# A slow contestant is measured by what it has done by then, or in a patience's time where that is nothing.
LONGEST = timedelta(seconds=12)
PATIENCE = timedelta(seconds=90)
IDLE_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Drained:
    """`receipts` were stored within `seconds`, of `events` that waited; `cpu` is user and system time of the
    contestant's processes, `server_cpu` that of the servers, both in seconds."""

    events: int
    receipts: int
    recorded: int
    seconds: float
    cpu: float
    server_cpu: float

    @property
    def per_second(self) -> float:
        return self.receipts / self.seconds

    @property
    def cpu_micros(self) -> float:
        """Microseconds an event."""
        return self.cpu / self.receipts * 1e6

    @property
    def server_cpu_micros(self) -> float:
        return self.server_cpu / self.receipts * 1e6


async def drain(
    contestant: Contestant, house: House, events: Sequence[Posted], processes: int, longest: timedelta = LONGEST
) -> Drained:
    """From the moment when they may begin to the last receipt stored, or to what is stored when the time is over.

    Raises Trouble where a contestant that is through has not recorded every event once.
    """
    await contestant.prepare()
    children: list[Child] = []
    try:
        async with asyncio.TaskGroup() as starting:
            for _ in range(processes):
                starting.create_task(_start(contestant, children))
        await contestant.hold(events)
        own = [pid for process in children for pid in tree(process.pid)]
        cpu, server_cpu = cpu_seconds(own), cpu_seconds(house.server_pids)
        began = time.time()
        await contestant.go()
        while (now := await contestant.stored()).count < len(events):
            if any(process.exit_code is not None for process in children):
                raise Trouble(f"{contestant.name} ended: {children[0].log.read_text()[-2000:]}")
            if time.time() - began > (longest if now.count else PATIENCE).total_seconds():
                break
            await asyncio.sleep(LOOK_EVERY.total_seconds())
        if now.count >= len(events):
            await _idle(contestant)
        cpu, server_cpu = cpu_seconds(own) - cpu, cpu_seconds(house.server_pids) - server_cpu
        if not now.count:
            raise Trouble(f"{contestant.name} stored no receipt: {children[0].log.read_text()[-2000:]}")
        recorded = await contestant.recorded()
        if now.count >= len(events) and not now.count == recorded == len(events):
            raise Trouble(f"{contestant.name}: {now.count} receipts, {recorded} records of {len(events)} events")
        return Drained(len(events), now.count, recorded, now.at - began, cpu, server_cpu)
    finally:
        for process in children:
            process.kill()  # nothing of it is kept
        await contestant.clear()


async def _start(contestant: Contestant, children: list[Child]) -> None:
    children.append(await contestant.start())


async def _idle(contestant: Contestant) -> None:
    """Acknowledging and marking belong to the work, though the receipt is out."""
    async with asyncio.timeout(IDLE_WITHIN.total_seconds()):
        while not await contestant.idle():
            await asyncio.sleep(LOOK_EVERY.total_seconds())
