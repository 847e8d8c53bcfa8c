"""The NATS store is lost, cut short or put back while services run: they say so, and go on once it is refilled."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.poster import Poster
from deploy.refill import refill_log
from deploy.servers.server import Running
from deploy.supervisor import Supervisor
from deploy.verification import verify
from services.assignments.publish_days import publish_days
from services.assignments.publish_plan import publish_plan
from services.assignments.store import Store
from shared import topology
from shared.contracts.outputs import OutputRecorded
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.relay import relay_once
from shared.settings import Settings
from tests.faults.stores import restore, snapshot, store_of, truncate, wipe
from tests.harness.inbox import Inbox
from tests.harness.services import Processes
from tests.integration.intake_desk import posted
from tests.integration.log import handled, told
from tests.integration.until import until
from tests.unit.shared.asking_health import ready

PLAN = Path(__file__).parents[1] / "plans" / "dong-hai-2026.yaml"
AGENCY = "xa-an-binh"
ANSWER_WITHIN = timedelta(seconds=60)
CONSUMERS = {
    "submissions": {topology.SUBMISSIONS_INTAKE.name, topology.SUBMISSIONS_EVENTS.name},
    "notifier": {topology.NOTIFIER_EVENTS.name},
    "reports": {topology.REPORTS_EVENTS.name},
}


@dataclass
class House:
    """Three services as processes, on a nats-server that a test may take away."""

    server: Running
    nc: Client
    settings: Settings
    supervisor: Supervisor
    posts: int = 0

    async def post(self, count: int) -> None:
        """Post outputs that are recorded, one after the other; return when each has its receipt."""
        async with Poster(self.nc) as poster:
            for _ in range(count):
                self.posts += 1
                body = posted(str(self.posts), duty="1.4", published_on="2026-03-02")
                receipt = await poster.post(AGENCY, body, ANSWER_WITHIN)
                assert receipt["type"].startswith("vn.dondoc.output.recorded"), receipt

    async def come_back(self) -> None:
        """Start the nats-server again; return when this test's own connection is back."""
        self.server.start()

        async def answered() -> bool:
            try:
                await self.nc.jetstream().account_info()
            except (NatsError, TimeoutError):
                return False
            return True

        await until(answered, "the server answers again")

    async def refill(self) -> int:
        """As `dondoc topology refill` does; how many events were published again."""
        js = self.nc.jetstream()
        await topology.apply(js)
        return (await refill_log(js, self.settings)).published

    async def problems(self, name: str) -> dict[str, str]:
        return (await ready(self.supervisor.services[name].port))[1]

    async def is_whole(self, inbox: Inbox) -> None:
        """All that was posted is in log, outboxes and report, once; no mail came twice; nobody was started again."""
        await self.supervisor.ready()
        for consumer in topology.CONSUMERS:
            await handled(self.nc.jetstream(), consumer)
        assert await verify(self.nc, self.settings) == []
        events = await told(self.nc.jetstream())
        assert set(Counter(id_ for id_, _ in events).values()) == {1}
        recorded = [
            event.submission.id for _, event in events if isinstance(event, OutputRecorded) and event.submission
        ]
        assert sorted(recorded, key=int) == [str(number + 1) for number in range(self.posts)]
        mails = Counter(mail["Message-ID"] for mail in inbox.messages())
        print("MAILS", len(mails))
        assert set(mails.values()) <= {1}
        assert {service.starts for service in self.supervisor.services.values()} == {1}


@pytest.fixture
async def house(nats_server: Running, settings: Settings, processes: Processes) -> AsyncIterator[House]:
    """A plan, five days and ten outputs, all told and handled."""
    async with _connected(nats_server) as nc:
        await topology.apply(nc.jetstream())
        async with processes(*CONSUMERS) as supervisor:
            await _publish_plan(settings, nc)
            house = House(nats_server, nc, settings, supervisor)
            await house.post(10)
            yield house


@asynccontextmanager
async def _connected(server: Running) -> AsyncIterator[Client]:
    nc = await nats.connect(server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    yield nc
    await nc.close()


async def _publish_plan(settings: Settings, nc: Client) -> None:
    mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_assignments")
    outbox, store = Outbox(mongo, "/dondoc/assignments"), Store(mongo)
    await publish_plan(PLAN.read_bytes(), PLAN.name, None, store, mongo, outbox)
    for day in (date(2026, 3, 1), date(2026, 3, 5)):
        await publish_days(day, store, mongo, outbox)
    while await relay_once(outbox, nc.jetstream()):
        pass
    mongo.close()


async def test_a_wiped_store_is_said_and_refilled_while_services_run(house: House, inbox: Inbox) -> None:
    """Each service names its lost consumers; after a refill all go on by themselves, and nothing lacks or doubles."""
    house.server.child.kill()
    wipe(store_of(house.server))
    await house.come_back()
    for name, consumers in CONSUMERS.items():

        async def says(name: str = name, consumers: set[str] = consumers) -> bool:
            return set(await house.problems(name)) == consumers

        await until(says, f"{name} misses its consumers and nothing else")
    assert await house.refill() > 10
    await house.post(10)
    await house.is_whole(inbox)


@pytest.mark.parametrize("seed", range(3))
async def test_a_log_that_was_cut_is_whole_after_a_refill(house: House, inbox: Inbox, seed: int) -> None:
    """Services are ready and take in outputs before and after it; what the cut took is back, once."""
    house.server.child.kill()
    truncate(store_of(house.server), topology.EVENTS, random.Random(seed))
    await house.come_back()
    await house.supervisor.ready()
    await house.post(5)
    assert await house.refill() > 0
    await house.post(5)
    await house.is_whole(inbox)


async def test_a_store_of_yesterday_is_whole_after_a_refill(house: House, inbox: Inbox, tmp_path: Path) -> None:
    """What came since the copy is back, once; what the intake had answered and is posted anew by it changes nothing."""
    house.server.stop()
    snapshot(store_of(house.server), tmp_path / "copy")
    await house.come_back()
    await house.post(10)
    house.server.child.kill()
    restore(store_of(house.server), tmp_path / "copy")
    await house.come_back()
    await house.supervisor.ready()
    await house.post(5)
    assert await house.refill() >= 10
    await house.post(5)
    await house.is_whole(inbox)
