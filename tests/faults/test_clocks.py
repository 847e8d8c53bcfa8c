"""A process's wall clock can be moved while it runs; what it waits for and what it talks to goes on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.servers.server import Running
from tests.faults.clocks import SHARED, environ, jump, sweep
from tests.harness.servers import clean_environ
from tests.harness.tree import ROOT

LEEWAY_SECONDS = 60.0  # between two looks at the clock by two processes on a busy machine; jumps are far longer
CLOCK = """
import asyncio, sys, time
from datetime import UTC, datetime
for _ in sys.stdin:
    before = time.monotonic()
    asyncio.run(asyncio.sleep(0.05))
    print(time.time(), datetime.now(UTC).timestamp(), before, time.monotonic(), flush=True)
"""
TALK = """
import asyncio, sys, time
from datetime import UTC, datetime
import nats
from bson import ObjectId
from motor.motor_asyncio import AsyncIOMotorClient

async def main():
    nc = await nats.connect(sys.argv[1])
    js = nc.jetstream()
    await js.add_stream(name="S", subjects=["s"])
    client = AsyncIOMotorClient(sys.argv[2])
    things = client[sys.argv[3]].things
    pull = await js.pull_subscribe("s", "d")
    for number, line in enumerate(sys.stdin):
        await js.publish("s", b"%d" % number)
        [msg] = await pull.fetch(1, timeout=10)
        await msg.ack_sync()
        async with await client.start_session() as session, session.start_transaction():
            made = await things.insert_one({"at": datetime.now(UTC)}, session=session)
        print(time.time(), made.inserted_id.generation_time.timestamp(), msg.data.decode(), flush=True)
    await nc.close()

asyncio.run(main())
"""


class Talking:
    """A child that prints a line of numbers for each line that it reads."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process

    def ask(self) -> list[float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return [float(word) for word in self._process.stdout.readline().split()]


@contextmanager
def _child(control: Path, code: str, *arguments: str) -> Iterator[Talking]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**clean_environ(), **environ(control)},
    )
    try:
        yield Talking(process)
    finally:
        process.kill()
        process.communicate()
        sweep()


@pytest.mark.parametrize("away", [timedelta(days=40), timedelta(days=-400), timedelta(hours=1, microseconds=1)])
def test_the_wall_clock_jumps_and_the_timers_go_on(tmp_path: Path, away: timedelta) -> None:
    """To the future and to the past, and back; the monotonic clock is the machine's, and sleeps end."""
    control = tmp_path / "clock"
    with _child(control, CLOCK) as child:
        for offset in (timedelta(), away, timedelta()):
            jump(control, offset)
            wall, now, before, after = child.ask()
            assert wall == pytest.approx(time.time() + offset.total_seconds(), abs=LEEWAY_SECONDS)
            assert now == pytest.approx(wall, abs=LEEWAY_SECONDS)
            assert after == pytest.approx(time.monotonic(), abs=LEEWAY_SECONDS)
            assert after - before >= 0.05


@pytest.mark.parametrize("away", [timedelta(days=40), timedelta(days=-400)])
def test_nats_and_mongodb_are_spoken_to_across_a_jump(
    tmp_path: Path, nats_server: Running, mongod: Running, database_prefix: str, away: timedelta
) -> None:
    """The connections made before it serve on: publish, pull, acknowledge, and a transaction."""
    control = tmp_path / "clock"
    with _child(control, TALK, nats_server.url, mongod.url, f"{database_prefix}_clock") as child:
        for number, offset in enumerate((timedelta(), away, timedelta(), -away)):
            jump(control, offset)
            wall, made, heard = child.ask()
            assert wall == pytest.approx(time.time() + offset.total_seconds(), abs=LEEWAY_SECONDS)
            assert made == pytest.approx(wall, abs=LEEWAY_SECONDS)
            assert heard == number


def test_nothing_is_left_of_a_killed_process(tmp_path: Path) -> None:
    """The library's shared memory outlives a kill; `sweep` removes it, and that of a living process stays."""
    with _child(tmp_path / "killed", CLOCK) as killed:
        killed.ask()
    with _child(tmp_path / "lives", CLOCK) as living:
        living.ask()
        sweep()
        assert not list(SHARED.glob(f"*faketime_*_{killed.pid}"))
        assert list(SHARED.glob(f"*faketime_*_{living.pid}"))
