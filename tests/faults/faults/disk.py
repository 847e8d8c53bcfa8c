"""A server's disk is full for a while."""

import asyncio
import signal
from dataclasses import dataclass
from datetime import timedelta

from deploy.servers.nats import NATS
from tests.faults import disks
from tests.faults.faults.fault import Scene


@dataclass(frozen=True)
class FullDisk:
    """The server's store is on a small disk; after it was full the operator frees some space and starts nats-server
    again, which doesn't try by itself."""

    server: str
    lasting: timedelta

    @property
    def name(self) -> str:
        return f"full disk of {self.server}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({self.server})

    async def strike(self, scene: Scene) -> None:
        store = scene.world.store(self.server)
        end = asyncio.get_running_loop().time() + self.lasting.total_seconds()
        try:
            while asyncio.get_running_loop().time() < end:
                await asyncio.to_thread(disks.fill, store)  # again, for what the server gives back
                await asyncio.sleep(0.2)
        finally:
            disks.free(store)
        if self.server == NATS.name:
            server = scene.world.kept[self.server]
            await server.hold(signal.SIGTERM)
            server.release()
        await scene.world.serves(self.server)
