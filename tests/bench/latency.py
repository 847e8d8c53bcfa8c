"""From posting one event on an idle system to hearing its receipt."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from nats.aio.subscription import Subscription

from deploy.child import Child
from shared.flushed import flushed
from tests.bench import ours
from tests.bench.events import Posted, backlog
from tests.bench.house import House
from tests.bench.intake import CEILING, OURS, TUTORIAL
from tests.bench.ours import Ours
from tests.bench.progress import Progress
from tests.bench.stream_peer import StreamPeer

BLOCK = 25
WITHIN = timedelta(seconds=60)


@dataclass
class Asked:
    """A contestant that is asked one event after the other: where it hears events, where it answers."""

    contestant: Ours | StreamPeer
    events: str
    answers: str
    seconds: list[float] = field(default_factory=list)


async def measure(house: House, count: int, progress: Progress) -> Any:
    """`count` events of each, in alternating blocks, one at a time; all contestants run all the while and idle."""
    ceiling = StreamPeer(house, CEILING, "ceiling")
    tutorial = StreamPeer(house, TUTORIAL, "tutorial", makes_consumer=True)
    asked = [
        Asked(ceiling, ceiling.place.events, f"{ceiling.place.answers}.*"),
        Asked(Ours(house, OURS), ours.EVENTS, ours.ANSWERS),
        Asked(tutorial, tutorial.place.events, f"{tutorial.place.answers}.*"),
    ]
    children: list[Child] = []
    try:
        for one in asked:
            await one.contestant.prepare()
            children.append(await one.contestant.start())
        events = backlog(count)
        for start in range(0, count, BLOCK):
            progress(f"latency {start}/{count}")
            for one in asked:
                await _ask(house, one, events[start : start + BLOCK])
    finally:
        for child in children:
            child.kill()
        for one in asked:
            await one.contestant.clear()
    return {"events": count, "rows": [_row(one) for one in asked]}


async def _ask(house: House, one: Asked, events: Sequence[Posted]) -> None:
    heard = await house.nc.subscribe(one.answers)
    await flushed(house.nc)
    for event in events:
        one.seconds.append(await _round_trip(house, one, event, heard))
    await heard.unsubscribe()


async def _round_trip(house: House, one: Asked, event: Posted, heard: Subscription) -> float:
    began = time.perf_counter()
    await house.js.publish(f"{one.events}.{event.agency}", event.body)
    await heard.next_msg(timeout=WITHIN.total_seconds())
    return time.perf_counter() - began


def _row(one: Asked) -> dict[str, Any]:
    return {
        "name": one.contestant.name,
        "median_ms": round(median(one.seconds) * 1e3, 2),
        "p99_ms": round(quantiles(one.seconds, n=100)[98] * 1e3, 2),
    }
