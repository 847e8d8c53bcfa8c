"""`python -m tests.faults --rounds 50 --events 5000 --seed 1`: the long tier; `--round SEED` repeats one round."""

import argparse
import asyncio
import shutil
import sys
from pathlib import Path

from tests.faults.load import make_load
from tests.faults.places import keep, new_place
from tests.faults.round import Outcome, run_round
from tests.faults.schedule import plan_faults
from tests.faults.table import closing, line
from tests.faults.undisturbed import Undisturbed, run_undisturbed

# So many different loads take turns, since what a load comes to undisturbed takes a run of its own.
LOADS = 5
OUT = Path("out/faults")


class Rounds:
    """Runs rounds of so many events; keeps what failed."""

    def __init__(self, events: int) -> None:
        self._events = events
        self._right: dict[int, asyncio.Task[Undisturbed]] = {}
        self.done: list[tuple[int, Outcome]] = []

    async def run(self, seed: int) -> None:
        load = make_load(seed % LOADS, self._events)
        right = await self._undisturbed(seed % LOADS)
        place = new_place()
        load.write(place / "load.jsonl")
        try:
            outcome = await run_round(place / "world", load, plan_faults(seed), right, seed)
            self.done.append((seed, outcome))
            print(line(seed, outcome), flush=True)
            if not outcome.good:
                (place / "undisturbed.json").write_bytes(right.report)
                print(f"  kept in {await asyncio.to_thread(keep, place, OUT / str(seed))}", flush=True)
        finally:
            await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)

    async def _undisturbed(self, number: int) -> Undisturbed:
        if number not in self._right:
            self._right[number] = asyncio.create_task(self._measure(number))
        return await self._right[number]

    async def _measure(self, number: int) -> Undisturbed:
        place = new_place()
        try:
            return await run_undisturbed(place / "world", make_load(number, self._events))
        finally:
            await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


async def _run(seeds: list[int], events: int, jobs: int) -> int:
    rounds, waiting = Rounds(events), iter(seeds)

    async def work() -> None:
        for seed in waiting:
            await rounds.run(seed)

    await asyncio.gather(*(work() for _ in range(jobs)))
    print(closing(rounds.done))
    return int(not all(outcome.good for _, outcome in rounds.done))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each has the next one")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="stop after K rounds")
    parser.add_argument("--round", type=int, metavar="SEED", help="this one round only")
    parser.add_argument("--jobs", type=int, default=1, help="rounds at once")
    told = parser.parse_args()
    many = range(told.seed, told.seed + (told.first or told.rounds))
    seeds = list(many) if told.round is None else [told.round]
    sys.exit(asyncio.run(_run(seeds, told.events, told.jobs)))


if __name__ == "__main__":
    main()
