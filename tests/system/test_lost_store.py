"""The NATS store is lost while services run: refilled beside them, with every event once and no mail by half a log."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from nats.aio.client import Client

from deploy.health import is_ready
from deploy.refill import refill_log
from deploy.servers.ports import free_port
from deploy.servers.server import Running
from deploy.verification import verify
from services.assignments.publish_days import publish_days
from services.assignments.store import Store
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.settings import Settings
from shared.topology import NOTIFIER_DAYS, NOTIFIER_FACTS
from tests.faults.stores import snapshot, store_of
from tests.harness.inbox import Inbox
from tests.harness.services import Processes
from tests.integration.log import handled
from tests.integration.service_process import running
from tests.integration.until import until
from tests.system.small_house import SmallHouse, all_ready, replace_store, says, small_house

REFILL = "run `dondoc topology refill`"
pytestmark = pytest.mark.usefixtures("js")


async def _turn_without_nats(settings: Settings, day: date) -> None:
    """Days that assignments has committed, and whose rows no relay has published."""
    mongo = Mongo(settings.mongo_url, settings.database("assignments"))
    await publish_days(day, Store(mongo), mongo, Outbox(mongo, "/dondoc/assignments"))
    mongo.close()


async def test_a_wiped_store_is_refilled_beside_running_services(
    nats_server: Running, nc: Client, settings: Settings, processes: Processes, inbox: Inbox
) -> None:
    """What was published and lost and what was still to be published is in the new log, each once; services say
    what to run, come back by themselves, work on, and mail nobody again."""
    async with processes() as supervisor, small_house(nc, settings) as house:
        await house.publish_plan()
        await house.turn("2026-02-09")
        for number in range(20):
            await house.deliver(f"extra-{number}", "2026-02-05")
        await house.deliver("wrong", "2026-02-05", channel="no such")
        await house.turn("2026-03-10")
        await house.sent()
        before, mails = await house.in_log(), len(inbox.messages())
        assert mails
        nats_server.child.kill()
        await _turn_without_nats(settings, date(2026, 3, 12))
        replace_store(nats_server)
        for service in ("submissions", "notifier", "reports"):
            await says(supervisor.services[service].port, REFILL)

        refilled = await refill_log(nc.jetstream(), settings)

        await all_ready(supervisor)
        assert refilled.published >= len(before)
        after = await house.in_log()
        assert set(after.values()) == {1}
        assert before.keys() < after.keys()
        await house.turn("2026-03-13")
        assert (await house.deliver("after", "2026-02-20"))["type"].endswith("recorded.v1")
        await house.sent()
        for consumer in (NOTIFIER_FACTS, NOTIFIER_DAYS):
            await handled(nc.jetstream(), consumer)
        assert await house.in_log() == await house.in_outboxes()
        assert (await verify(nc, settings)).disagreements == []
        names = [str(message["Message-ID"]) for message in inbox.messages()]
        assert len(set(names)) == len(names)


async def test_nobody_is_mailed_who_delivered_while_the_log_is_half(
    nats_server: Running, nc: Client, settings: Settings, environ: dict[str, str], processes: Processes, inbox: Inbox,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A mail waits, its output was recorded unseen by the notifier, and the store is put back to a week before: the
    notifier is silent by the old log and by the new one, and the mail is dropped."""
    environ["DONDOC_SMTP_URL"] = f"smtp://127.0.0.1:{free_port(0)}"  # nobody listens
    async with small_house(nc, settings) as house, processes("assignments", "submissions"):
        async with processes("notifier"):
            await house.publish_plan()
            await house.turn("2026-02-02")
            nats_server.stop()
            snapshot(store_of(nats_server), tmp_path / "old")
            nats_server.start()
            await house.turn("2026-02-09")
            await until(lambda: _one_waits(house), "one mail waits")
        await house.deliver("at-last", "2026-01-30")
        await _pause_is_over(settings)
        replace_store(nats_server, tmp_path / "old")
        environ["DONDOC_SMTP_URL"] = inbox.url
        port = free_port(0)
        async with running("notifier", environ, port):
            await says(port, "the log has lost the day 2026-02-09, so no mail is sent: " + REFILL)
            assert (await house.queue())["queued"] == 1
            await refill_log(nc.jetstream(), settings)
            assert (await house.sent())["cancelled"]
            assert await is_ready(port)
        assert not inbox.messages()
        assert set((await house.in_log()).values()) == {1}


async def _one_waits(house: SmallHouse) -> bool:
    queue = await house.queue()
    return queue["queued"] == 1 and not queue["sending"]


async def _pause_is_over(settings: Settings) -> None:
    """The pause between two attempts, a minute at least, has passed."""
    mongo = Mongo(settings.mongo_url, settings.database("notifier"))
    await mongo.db["digests"].update_many({"state": "queued"}, {"$set": {"next_try": datetime.now(UTC)}})
    mongo.close()
