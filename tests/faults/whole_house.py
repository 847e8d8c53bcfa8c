"""The four services as processes on a nats-server that a test may take away, with a plan, days, outputs and mails."""

import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from deploy.poster import NotTaken, Poster
from deploy.refill import refill_log
from deploy.servers.server import Running
from deploy.supervisor import Supervisor
from deploy.verification import verify
from services.assignments.publish_days import publish_days
from services.assignments.publish_plan import publish_plan
from services.assignments.store import Store
from shared import topology
from shared.ask import ask
from shared.contracts.outputs import OutputRecorded
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.publisher import Publisher
from shared.relay import relay_once
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.intake_desk import posted
from tests.integration.log import handled, told
from tests.integration.until import until
from tests.unit.shared.asking_health import ready

PLAN = Path(__file__).parents[1] / "plans" / "dong-hai-2026.yaml"
AGENCY = "xa-an-binh"
LAST_DAY = date(2026, 4, 8)  # by then some are late, so that there is mail
ANSWER_WITHIN = timedelta(seconds=60)
# What each of the services reads.
CONSUMERS: dict[str, set[str]] = {
    "assignments": set(),
    "submissions": {topology.SUBMISSIONS_INTAKE.name, topology.SUBMISSIONS_EVENTS.name},
    "notifier": {topology.NOTIFIER_FACTS.name, topology.NOTIFIER_DAYS.name},
    "reports": {topology.REPORTS_EVENTS.name},
}


@dataclass
class House:
    """The four services as processes, on a nats-server that a test may take away."""

    server: Running
    nc: Client
    settings: Settings
    supervisor: Supervisor
    posts: int = 0

    async def post(self, count: int, again_after: timedelta | None = None) -> None:
        """Post outputs, one after the other, each until it has its receipt; again if that is too long in coming."""
        async with Poster(self.nc) as poster:
            for _ in range(count):
                body, receipt = self._next(), None
                while receipt is None:
                    try:
                        receipt = await poster.post(AGENCY, body, again_after or ANSWER_WITHIN)
                    except (NotTaken, TimeoutError):
                        if again_after is None:
                            raise
                assert receipt["type"].startswith("vn.dondoc.output.recorded"), receipt

    async def leave(self, count: int) -> None:
        """Post outputs without waiting for receipts."""
        for _ in range(count):
            await self.nc.jetstream().publish(f"dondoc.intake.{AGENCY}", self._next(), stream=topology.INTAKE)

    def _next(self) -> bytes:
        self.posts += 1
        return posted(str(self.posts), duty="1.4", published_on="2026-03-02")

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """The service stands still for the time of the block."""
        pid = self.supervisor.services[name].pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    async def has_posted(self, count: int) -> None:
        async def done() -> bool:
            return self.posts >= count

        await until(done, f"{count} outputs are posted")

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

    async def is_ready(self, name: str) -> None:
        """Return when the service is ready. The notifier may not be, where the log lacks the last day it handled."""

        async def done() -> bool:
            return not await self.problems(name)

        await until(done, f"{name} is ready")

    async def has_mailed(self) -> None:
        """Return when the notifier has nothing to send and nothing to tell."""

        async def done() -> bool:
            queue = json.loads(await ask(self.nc, "dondoc.notifier.queue", b"", ANSWER_WITHIN))
            return queue["day"] == LAST_DAY.isoformat() and not queue["pending"] and not queue["unpublished"]

        await until(done, "the notifier has sent everything")

    async def is_whole(self, inbox: Inbox) -> None:
        """All that was posted is in log, outboxes and report, once; no mail came twice; nobody was started again."""
        await self.supervisor.ready()
        await self.has_mailed()
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
        assert set(mails.values()) == {1}
        assert {service.starts for service in self.supervisor.services.values()} == {1}


@asynccontextmanager
async def connected(server: Running) -> AsyncIterator[Client]:
    """A connection that outlives the server."""
    nc = await nats.connect(server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1)
    yield nc
    await nc.close()


async def publish_the_plan(settings: Settings, nc: Client) -> None:
    """A plan and its days, as assignments has them, all in the log."""
    mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_assignments")
    outbox, store = Outbox(mongo, "/dondoc/assignments"), Store(mongo)
    await publish_plan(PLAN.read_bytes(), PLAN.name, None, store, mongo, outbox)
    for day in (date(2026, 3, 1), LAST_DAY):
        await publish_days(day, store, mongo, outbox)
    await relay_once(outbox, Publisher(nc))
    mongo.close()
