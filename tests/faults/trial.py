"""Rounds small enough for tests: one load, and what it comes to undisturbed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
# A round that is stuck says where before the test's own time is over.
STEP_WITHIN = timedelta(seconds=60)


@dataclass
class Trial:
    """Runs the load under faults, each time on servers of its own."""

    load: Load
    right: Undisturbed

    async def run(self, schedule: Schedule) -> Outcome:
        with _place() as place:
            outcome = await run_round(
                place / "world",
                self.load,
                schedule,
                self.right,
                SEED,
                posted_within=POSTED_WITHIN,
                step_within=STEP_WITHIN,
            )
        print(line(SEED, outcome))
        return outcome


async def new_trial() -> Trial:
    """With the undisturbed run done."""
    load = make_load(SEED, EVENTS)
    with _place() as place:
        return Trial(load, await run_undisturbed(place / "world", load))


@contextmanager
def _place() -> Iterator[Path]:
    """For one run: its stores take 300 MB of memory, and there are more of them than fit a small machine."""
    place = new_place()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
