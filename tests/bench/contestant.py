"""Who takes part: what the bench asks of each contestant, and how its processes are started."""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from deploy import child
from deploy.child import Child
from tests.bench.events import Posted
from tests.bench.house import House
from tests.bench.jetstream import Stored

READY_WITHIN = timedelta(seconds=60)
LOOK_EVERY = timedelta(milliseconds=5)
_numbers = itertools.count(1)


class Contestant(Protocol):
    """`name` is shown; the calls come in the order in which they stand here."""

    @property
    def name(self) -> str: ...

    async def prepare(self) -> None:
        """Empty streams, an empty database."""

    async def start(self) -> Child:
        """One more process, ready for work."""

    async def hold(self, events: Sequence[Posted]) -> None:
        """Post the events so that they wait."""

    async def go(self) -> None:
        """Let all processes work."""

    async def stored(self) -> Stored:
        """How many receipts are stored, and when the last one was."""

    async def idle(self) -> bool:
        """Whether nothing waits, and nothing is on its way."""

    async def recorded(self) -> int:
        """How many events MongoDB holds."""

    async def clear(self) -> None:
        """Leave no data behind."""


class Trouble(Exception):
    """A contestant ended, hangs, or claims what it hasn't done."""


async def started(
    house: House,
    module: str,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    is_ready: Callable[[Child], Awaitable[bool]],
) -> Child:
    """`python -m module …` as a process of its own, ready. Raises Trouble with what it said where it isn't in time."""
    log = house.folder / f"{module.rpartition('.')[2]}-{next(_numbers)}.log"
    process = child.start([sys.executable, "-m", module, *arguments], log, environ)
    try:
        async with asyncio.timeout(READY_WITHIN.total_seconds()):
            while not await is_ready(process):
                if process.exit_code is not None:
                    raise Trouble(f"{module} ended: {log.read_text()[-2000:]}")
                await asyncio.sleep(LOOK_EVERY.total_seconds())
    except TimeoutError:
        process.kill()
        raise Trouble(f"{module} is not ready: {log.read_text()[-2000:]}") from None
    return process


async def says_ready(process: Child) -> bool:
    """Whether it has printed the word."""
    return "ready" in process.log.read_text()
