"""Đôn đốc's own intake: `dondoc run submissions`."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.child import Child
from deploy.health import is_ready
from deploy.servers.ports import free_port
from shared import topology
from tests.bench.contestant import started
from tests.bench.events import Posted
from tests.bench.house import House
from tests.bench.jetstream import Stored, hold, let_go, post, stored

PREFIX = "bench"
DATABASE = f"{PREFIX}_submissions"
COLLECTIONS = ("outputs", "rejections")
INTAKE = topology.SUBMISSIONS_INTAKE
EVENTS = "dondoc.intake"
ANSWERS = "dondoc.output.*.*"


@dataclass(frozen=True)
class Ours:
    """The service as an operator starts it, on the 2023 plan, days by hand."""

    house: House
    name: str = "Đôn đốc"
    port: int = 0  # where it takes HTTP; any free one if it is 0

    def command(self) -> tuple[str, list[str]]:
        """The module that a process of it runs, and its arguments."""
        return "deploy.cli", ["run", "submissions"]

    async def prepare(self) -> None:
        await self.clear()
        await self.house.renew_streams()

    async def start(self) -> Child:
        port = self.port or free_port(0)
        own = {"DONDOC_DATABASE_PREFIX": PREFIX, "DONDOC_HTTP_PORT": str(port), "DONDOC_HTTP_RATE": "100000"}
        environ = {**self.house.environ, **own}

        async def ready(_: Child) -> bool:
            return await is_ready(port)

        module, arguments = self.command()
        return await started(self.house, module, arguments, environ, ready)

    async def has_read_the_plan(self) -> None:
        while (await self.house.js.consumer_info(topology.EVENTS, topology.SUBMISSIONS_EVENTS.name)).num_pending:
            pass

    async def hold(self, events: Sequence[Posted]) -> None:
        await self.has_read_the_plan()
        await hold(self.house.nc, INTAKE.stream, INTAKE.name)
        await post(self.house.nc, EVENTS, events)

    async def go(self, last: Posted) -> None:
        await let_go(self.house.nc, INTAKE.stream, INTAKE.name, EVENTS, last)

    async def stored(self) -> Stored:
        every = await stored(self.house.nc, topology.EVENTS)
        return Stored(every.count - len(self.house.log), every.at)

    async def idle(self) -> bool:
        info = await self.house.js.consumer_info(INTAKE.stream, INTAKE.name)
        unpublished = self.house.mongo[DATABASE]["unpublished"].count_documents({})
        return not (info.num_pending or info.num_ack_pending or unpublished)

    async def recorded(self) -> int:
        return sum(self.house.mongo[DATABASE][name].count_documents({}) for name in COLLECTIONS)

    async def clear(self) -> None:
        self.house.mongo.drop_database(DATABASE)
