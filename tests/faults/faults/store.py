"""Done to nats-server's store, and what the operator does then: refill the log while everybody runs."""

import asyncio
import random
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from deploy.servers.nats import NATS
from shared import topology
from tests.faults import stores
from tests.faults.faults.fault import Scene

COPY_BEFORE = timedelta(seconds=3)
AGAIN_AFTER = timedelta(seconds=1)


class Loss(StrEnum):
    """What became of the store."""

    WIPED = "wiped"
    TRUNCATED = "truncated"
    RESTORED = "restored"


@dataclass(frozen=True)
class StoreLost:
    """nats-server dies and comes back with less than it had."""

    loss: Loss
    seed: int

    @property
    def name(self) -> str:
        return f"store {self.loss}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({NATS.name})

    async def strike(self, scene: Scene) -> None:
        world, server = scene.world, scene.world.kept[NATS.name]
        store, copy = world.store(NATS.name), world.folder / "yesterday"
        if self.loss is Loss.RESTORED:
            await server.hold(signal.SIGTERM)
            await asyncio.to_thread(stores.snapshot, store, copy)
            server.release()
            await asyncio.sleep(COPY_BEFORE.total_seconds())
        scene.losing = True
        await server.hold(signal.SIGKILL)
        rng = random.Random(self.seed)
        match self.loss:
            case Loss.WIPED:
                stores.wipe(store)
            case Loss.RESTORED:
                await asyncio.to_thread(stores.restore, store, copy)
            case Loss.TRUNCATED:
                stores.truncate(store, topology.EVENTS, rng)
        server.release()
        await world.serves(NATS.name)
        await refill(scene)
        scene.lost += 1
        scene.losing = False


async def refill(scene: Scene) -> None:
    """`dondoc topology refill`, until it succeeds."""
    while True:
        command = [sys.executable, "-P", "-m", "deploy.cli", "topology", "refill"]
        process = await asyncio.create_subprocess_exec(
            *command,
            env=scene.world.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        scene.said.append(said.decode().strip())
        if not process.returncode:
            return
        await asyncio.sleep(AGAIN_AFTER.total_seconds())
