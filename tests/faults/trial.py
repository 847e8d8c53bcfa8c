"""Rounds small enough for tests: one load, and what it comes to undisturbed."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.faults.load import Load, make_load
from tests.faults.places import new_place
from tests.faults.round import Outcome, run_round
from tests.faults.schedule import Schedule
from tests.faults.table import line
from tests.faults.undisturbed import Undisturbed, run_undisturbed

SEED, EVENTS = 1, 150
POSTED_WITHIN = timedelta(seconds=4)
STEP_WITHIN = timedelta(seconds=120)


@dataclass
class Trial:
    """Runs the load under faults, each time in a folder of its own."""

    load: Load
    right: Undisturbed
    place: Path
    rounds: int = 0

    async def run(self, schedule: Schedule) -> Outcome:
        self.rounds += 1
        folder = self.place / str(self.rounds)
        outcome = await run_round(
            folder, self.load, schedule, self.right, SEED, posted_within=POSTED_WITHIN, step_within=STEP_WITHIN
        )
        print(line(SEED, outcome))
        return outcome


async def trial() -> AsyncIterator[Trial]:
    """With the undisturbed run done."""
    place, load = new_place(), make_load(SEED, EVENTS)
    try:
        yield Trial(load, await run_undisturbed(place / "undisturbed", load), place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
