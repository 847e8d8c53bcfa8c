"""The house outgrown: three nats-servers, three mongods, two of each service, and one of each killed under load."""

import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from pymongo import MongoClient

from deploy.supervisor import Supervisor, supervise
from deploy.verification import verify
from shared import topology
from shared.contracts.outputs import OutputRecorded, OutputRejected
from shared.contracts.reminders import ReminderSent
from shared.settings import read_settings
from tests.faults.stage import asked, turn
from tests.harness.cluster import Cluster, joined, leader, nats_cluster, primary, replica_set, replicas_current
from tests.harness.inbox import Inbox
from tests.harness.integrator import SOURCE, Journal, Output, posting
from tests.harness.servers import clean_environ
from tests.harness.services import LINK_SECRET
from tests.harness.tree import ROOT
from tests.integration.log import told
from tests.integration.until import until

PLAN = ROOT / "tests" / "plans" / "dong-hai-2026.yaml"
OUTPUT = Output("bao-ptth", "1.1", "2026-03-18")
FIRST_DAY, SECOND_DAY, THIRD_DAY = "2026-03-30", "2026-04-07", "2026-04-14"
BEFORE, WITHOUT, AFTER = 60, 180, 260  # events acknowledged at the end of each part
PAUSE = timedelta(milliseconds=120)


@dataclass(frozen=True)
class Clusters:
    """Both, with two processes of each service on them."""

    nats: Cluster
    mongo: Cluster
    nc: Client
    environ: Mapping[str, str]
    houses: tuple[Supervisor, Supervisor]

    async def ready(self) -> None:
        for house in self.houses:
            await house.ready()

    @property
    def starts(self) -> set[int]:
        """How often services were started."""
        return {service.starts for house in self.houses for service in house.services.values()}


@asynccontextmanager
async def clusters(folder: Path, smtp_url: str) -> AsyncIterator[Clusters]:
    async with AsyncExitStack() as stack:
        mongods = await stack.enter_async_context(replica_set(folder / "mongo"))
        nats_servers = await stack.enter_async_context(nats_cluster(folder / "nats"))
        environ = {
            **clean_environ(),
            "DONDOC_NATS_URL": nats_servers.url,
            "DONDOC_MONGO_URL": mongods.url,
            "DONDOC_STREAM_REPLICAS": "3",
            "DONDOC_SMTP_URL": smtp_url,
            "DONDOC_CALENDAR": "manual",
            "DONDOC_LINK_SECRET": LINK_SECRET,
            "PYTHONPATH": str(ROOT),
        }
        nc = await nats.connect(nats_servers.url.split(","), max_reconnect_attempts=-1, reconnect_time_wait=0.2)
        stack.push_async_callback(nc.close)
        await until(lambda: _applied(nc), "the cluster takes streams of three replicas")
        houses = [await stack.enter_async_context(supervise(environ, _say(number))) for number in ("1", "2")]
        up = Clusters(nats_servers, mongods, nc, environ, (houses[0], houses[1]))
        await up.ready()
        yield up


async def _applied(nc: Client) -> bool:
    """Before the servers have found each other there is nobody to ask, or too few for three replicas."""
    try:
        await topology.apply(nc.jetstream(), replicas=3)
    except (NatsError, JetStreamError, TimeoutError):
        return False
    return True


async def _in_log(nc: Client, subject: str) -> bool:
    try:
        await nc.jetstream().get_last_msg(topology.EVENTS, subject)
    except (NatsError, JetStreamError, TimeoutError):
        return False
    return True


def _say(house: str) -> Any:
    return lambda name, line: print(f"{name} {house}: {line}")


@pytest.mark.timeout(400)  # a busy machine takes its time to start so many processes
async def test_servers_and_services_are_killed_under_load(tmp_path: Path, inbox: Inbox) -> None:
    """A nats-server that leads the log and the primary mongod, then one of each service: nothing is lost or doubled.

    No service is restarted for the servers' sake, each says that it is ready again, and the servers come back.
    """
    async with AsyncExitStack() as stack:
        up = await stack.enter_async_context(clusters(tmp_path, inbox.url))
        await asked(up.nc, "assignments", "publish_plan", PLAN.read_bytes())
        await turn(up.nc, FIRST_DAY)
        await until(lambda: _in_log(up.nc, f"dondoc.calendar.day.{FIRST_DAY}"), "the first day is in the log")
        load = await stack.enter_async_context(posting(up.nats.url, OUTPUT, pause=PAUSE, insist=True))
        await load.reach(BEFORE)
        nats_server = up.nats.named(await leader(up.nc.jetstream(), topology.EVENTS))
        mongod = await primary(up.mongo)
        nats_server.kill()
        mongod.kill()
        await turn(up.nc, SECOND_DAY)
        await load.reach(WITHOUT)
        await up.ready()
        assert up.starts == {1}
        nats_server.start()
        mongod.start()
        for service in up.houses[0].services.values():
            assert service.pid is not None
            os.kill(service.pid, signal.SIGKILL)
        await turn(up.nc, THIRD_DAY)
        await load.reach(AFTER)
        load.stop()
        await settled(up, load.journal)
        await up.ready()
        await joined(up.mongo)
        await replicas_current(up.nc.jetstream())
        await judge(up, load.journal, inbox)


async def settled(up: Clusters, journal: Journal) -> None:
    """Return when all that is on its way has arrived."""
    js = up.nc.jetstream()

    async def read() -> bool:
        try:
            infos = [await js.consumer_info(one.stream, one.name) for one in topology.CONSUMERS]
        except (NatsError, JetStreamError, TimeoutError):
            return False
        return not any(info.num_pending or info.num_ack_pending for info in infos)

    async def nothing_waits() -> bool:
        queue = await asked(up.nc, "notifier", "queue")
        unpublished = [(await asked(up.nc, name, "pending"))["unpublished"] for name in up.houses[0].services]
        return not queue["pending"] and queue["day"] == THIRD_DAY and not any(unpublished)

    async def answered() -> bool:
        return not journal.unanswered

    await until(nothing_waits, "nothing waits in outboxes and queue")
    await until(read, "every consumer has read everything")
    await until(nothing_waits, "nothing waits in outboxes and queue")
    await until(answered, f"every event is answered; without a receipt: {journal.unanswered}")


async def judge(up: Clusters, journal: Journal, inbox: Inbox) -> None:
    """The journal of who posted, against the log, MongoDB, the inbox and the report."""
    assert set(journal.posted) == journal.acked
    once = Counter(journal.posted)
    events = await told(up.nc.jetstream())
    receipts = [e.submission for _, e in events if isinstance(e, OutputRecorded | OutputRejected)]
    assert Counter(one.id for one in receipts if one and one.source == SOURCE) == once
    with MongoClient(up.environ["DONDOC_MONGO_URL"], readConcernLevel="majority") as client:
        outputs = list(client["dondoc_submissions"]["outputs"].find({}, {"submission.id": 1}))
    assert Counter(output["submission"]["id"] for output in outputs) == once
    told_of = [event for _, event in events if isinstance(event, ReminderSent)]
    mails = Counter(message["Message-ID"].strip() for message in inbox.messages())
    assert len(mails) == len(told_of) > 0
    copies = [path.name for path in inbox.folder.glob("*.copy-*")]
    # A notifier that is killed between the final dot and its mark sends the same bytes again.
    assert [name for name in copies if not name.startswith(THIRD_DAY)] == []
    assert (await verify(up.nc, read_settings(up.environ))).disagreements == []
