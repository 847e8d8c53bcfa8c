"""The intake: who drains the same backlog how fast, turn by turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.bench.celery_contestant import CeleryContestant
from tests.bench.contestant import Contestant
from tests.bench.drain import Drained, drain
from tests.bench.events import backlog
from tests.bench.house import House
from tests.bench.ours import Ours
from tests.bench.progress import Progress
from tests.bench.stream_peer import StreamPeer

CEILING = "ceiling"
OURS = "Đôn đốc"
TUTORIAL = "tutorial"
CELERY = "Celery + Redis"


@dataclass
class Entry:
    """A contestant with that many processes, and what its turns came to."""

    contestant: Contestant
    processes: int
    turns: list[Drained] = field(default_factory=list)


def entries(house: House, *, peers: bool = False, pairs: bool = False) -> list[Entry]:
    """Who takes part: the ceiling and ours always, in two processes each with `pairs`, the others with `peers`."""
    ceiling, ours = StreamPeer(house, CEILING, "ceiling"), Ours(house, OURS)
    found = [Entry(ceiling, 1), Entry(ours, 1)]
    if pairs:
        found += [Entry(ceiling, 2), Entry(ours, 2)]
    if peers:
        found.append(Entry(StreamPeer(house, TUTORIAL, "tutorial", makes_consumer=True), 1))
        if house.redis is not None:
            found.append(Entry(CeleryContestant(house, CELERY), 1))
    return found


async def measure(house: House, taking_part: Sequence[Entry], count: int, repeat: int, progress: Progress) -> Any:
    """Every entry has its turn in each repetition; the figures are medians."""
    events = backlog(count)
    for turn in range(repeat):
        for entry in taking_part:
            progress(f"intake {turn + 1}/{repeat}: {entry.contestant.name} × {entry.processes}")
            entry.turns.append(await drain(entry.contestant, house, events, entry.processes))
    size = round(sum(len(event.body) for event in events) / count)
    return {"events": count, "bytes": size, "repeat": repeat, "rows": list(rows(taking_part))}


def rows(taking_part: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for entry in taking_part:
        turns = entry.turns
        yield {
            "name": entry.contestant.name,
            "processes": entry.processes,
            "events": median(turn.receipts for turn in turns),
            "per_second": round(median(turn.per_second for turn in turns)),
            "lowest": round(min(turn.per_second for turn in turns)),
            "highest": round(max(turn.per_second for turn in turns)),
            "cpu_micros": round(median(turn.cpu_micros for turn in turns), 1),
            "server_cpu_micros": round(median(turn.server_cpu_micros for turn in turns), 1),
        }
