"""Peers that read a JetStream stream: the ceiling and the tutorial, each a module of `peers/`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nats.js.api import ConsumerConfig

from deploy.child import Child
from shared import topology
from tests.bench.contestant import says_ready, started
from tests.bench.events import Posted
from tests.bench.house import House
from tests.bench.jetstream import Stored, hold, let_go, post, remove, renew, stored
from tests.bench.peers.place import Place

CONFIGS = {config.name: config for config in topology.STREAMS}


@dataclass(frozen=True)
class StreamPeer:
    """`makes_consumer` says that the peer itself declares its consumer; else ours is made for it, but for its name.

    Its streams have the configuration of ours.
    """

    house: House
    name: str
    module: str
    makes_consumer: bool = False

    @property
    def place(self) -> Place:
        key = self.module
        return Place(
            nats_url=self.house.nats_url,
            mongo_url=self.house.mongo_url,
            database=f"bench_{key}",
            intake=f"{key}-INTAKE",
            consumer=key,
            events=f"bench.{key}.event",
            answers=f"bench.{key}.answer",
        )

    async def prepare(self) -> None:
        await self.clear()
        here, js = self.place, self.house.js
        intake = replace(CONFIGS[topology.INTAKE], name=here.intake, subjects=[f"{here.events}.*"])
        receipts = replace(CONFIGS[topology.EVENTS], name=f"{self.module}-RECEIPTS", subjects=[f"{here.answers}.*"])
        await renew(js, intake)
        await renew(js, receipts)
        if not self.makes_consumer:
            ours = topology.SUBMISSIONS_INTAKE.config()
            await js.add_consumer(here.intake, _named(ours, here))

    async def start(self) -> Child:
        environ = self.place.environ(self.house.environ)
        return await started(self.house, f"tests.bench.peers.{self.module}", [], environ, says_ready)

    async def hold(self, events: Sequence[Posted]) -> None:
        await hold(self.house.nc, self.place.intake, self.place.consumer)
        await post(self.house.nc, self.place.events, events)

    async def go(self) -> None:
        await let_go(self.house.nc, self.place.intake, self.place.consumer)

    async def stored(self) -> Stored:
        return await stored(self.house.nc, f"{self.module}-RECEIPTS")

    async def idle(self) -> bool:
        info = await self.house.js.consumer_info(self.place.intake, self.place.consumer)
        return not (info.num_pending or info.num_ack_pending)

    async def recorded(self) -> int:
        return self.house.mongo[self.place.database]["outputs"].count_documents({})

    async def clear(self) -> None:
        self.house.mongo.drop_database(self.place.database)
        for stream in (self.place.intake, f"{self.module}-RECEIPTS"):
            await remove(self.house.js, stream)


def _named(config: ConsumerConfig, here: Place) -> ConsumerConfig:
    return replace(config, name=here.consumer, durable_name=here.consumer, filter_subjects=[f"{here.events}.*"])
