"""A backup of a running house, and what a restore brings back: all that was recorded, and no mail a second time."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from deploy.archive import MANIFEST, NoBackup
from deploy.backup import back_up
from deploy.log_reader import Unreadable, read_events
from deploy.restore import NotRestored, Restored, restore
from deploy.servers.ports import free_port
from deploy.servers.server import Running
from deploy.verification import verify
from services.reports.rebuild import rebuild
from services.reports.store import Store as ReportsStore
from services.submissions.evidence import Evidence
from shared.ask import request_body
from shared.contracts.reminders import ReminderSent
from shared.mongo import Databases, Mongo
from shared.settings import CalendarMode, Settings
from tests.harness.inbox import Inbox
from tests.harness.services import Processes
from tests.integration.keeping import keep
from tests.integration.service_process import running
from tests.system.small_house import SmallHouse, documents, replace_store, small_house
from tests.unit.submissions.sample_files import sample

pytestmark = pytest.mark.usefixtures("js")
LAST_MAIL_BEFORE = date(2026, 2, 13)


async def _reminders(nc: Client) -> dict[str, ReminderSent]:
    """Every `reminder.sent` of the log, by its id."""
    told = read_events(nc.jetstream(), Unreadable())
    return {event_id: event async for event_id, event in told if isinstance(event, ReminderSent)}


async def _turn_each(house: SmallHouse, first: date, last: date) -> None:
    """Day by day, each when the mails of the one before are out."""
    for number in range((last - first).days + 1):
        await house.turn((first + timedelta(days=number)).isoformat())
        await house.sent()


@pytest.mark.parametrize("log", ["newer", "empty"])
async def test_after_a_restore_all_is_there_and_nobody_is_mailed_again(
    nats_server: Running, nc: Client, settings: Settings, environ: dict[str, str], processes: Processes, inbox: Inbox,
    tmp_path: Path, log: str,
) -> None:  # fmt: skip
    """Mails before the backup, mails after it, a restore beside a log that is newer or gone, and every day again: no
    Message-ID and no rung of an occurrence goes to anybody twice, later rungs follow, and the stores agree."""
    async with small_house(nc, settings) as house:
        async with processes():
            await house.publish_plan()
            await _turn_each(house, date(2026, 2, 2), date(2026, 2, 4))
            for number in range(5):
                await house.deliver(f"before-{number}", "2026-02-02")
            _, manifest = await asyncio.gather(
                house.deliver("meanwhile", "2026-02-03"), back_up(settings, tmp_path / "backup", datetime.now(UTC))
            )
            await house.deliver("forgotten", "2026-02-04")
            await _turn_each(house, date(2026, 2, 5), LAST_MAIL_BEFORE)
        earlier = await _reminders(nc)
        mailed_after_the_backup = [one for one in earlier.values() if one.day > date(2026, 2, 4)]
        assert mailed_after_the_backup
        assert all(item.rung != "for_signature" for one in earlier.values() for item in one.items)
        old_log = await house.in_log()
        if log == "empty":
            replace_store(nats_server)
        there = settings.model_copy(update={"database_prefix": f"{settings.database_prefix}_new"})
        environ["DONDOC_DATABASE_PREFIX"] = there.database_prefix

        done = await restore(
            nc, there, tmp_path / "backup", replace=False, now=datetime.now(UTC),
            mailed_until=LAST_MAIL_BEFORE if log == "empty" else None,
        )  # fmt: skip

        assert done.documents == sum(file.documents for file in manifest.files)
        assert done.doubt.until == LAST_MAIL_BEFORE
        house.settings = there
        lost = old_log.keys() - (await house.in_outboxes()).keys()
        assert done.lost.events == (len(lost) if log == "newer" else 0)
        if done.lost.file:
            assert len(done.lost.file.read_text().splitlines()) == len(lost)
        async with processes():
            outputs = {one["submission"]["id"] for one in await documents(there, "submissions", "outputs")}
            assert {f"before-{number}" for number in range(5)} <= outputs
            assert "forgotten" not in outputs
            await _turn_each(house, date(2026, 2, 5), date(2026, 3, 13))
            await house.all_told()
            assert (await verify(nc, there)).disagreements == []
        every = earlier | await _reminders(nc)
        rungs = Counter((str(i.occurrence), i.rung, one.agency) for one in every.values() for i in one.items)
        assert set(rungs.values()) == {1}
        assert {rung.value for _, rung, _ in rungs} == {"upcoming", "overdue", "escalated", "for_signature"}
        names = [str(message["Message-ID"]) for message in inbox.messages()]
        assert len(set(names)) == len(names)
        assert len(names) == len(every)


async def test_evidence_comes_back(
    nc: Client, settings: Settings, environ: dict[str, str], processes: Processes, tmp_path: Path
) -> None:
    """The files, whole and with the output that names one, and their sum; nothing of a half upload and of later
    ones. Who kept them gets them from the restored house, and keeping goes on."""
    files = [sample("mp4", 3_000_000), sample("pdf")]
    async with small_house(nc, settings) as house:
        async with processes():
            await house.publish_plan()
            await house.turn("2026-02-02")
            evidence = _evidence(settings)
            kept = [await keep(evidence, "so-a", data) for data in files]
            await evidence.add(await evidence.begin(datetime.now(UTC)), 0, b"half")
            await house.deliver("shown", "2026-02-01", evidence=kept)
            await back_up(settings, tmp_path / "backup", datetime.now(UTC))
            await keep(evidence, "so-a", sample("png"))
        there = settings.model_copy(update={"database_prefix": f"{settings.database_prefix}_new"})
        environ["DONDOC_DATABASE_PREFIX"] = there.database_prefix
        await _restore(nc, there, tmp_path / "backup")
        restored = _evidence(there)
        for sha256, data in zip(kept, files, strict=True):
            found = await restored.find("so-a", sha256)
            assert found is not None
            assert b"".join([chunk async for chunk in restored.read(found)]) == data
        assert {one.id for _, one in [pair async for pair in restored.every()]} == {
            one["files_id"] for one in await documents(there, "submissions", "evidence.chunks")
        }
        assert await restored.sums() == {"so-a": sum(map(len, files))}
        async with processes():
            (output,) = await documents(there, "submissions", "outputs")
            assert output["evidence"] == kept
            await keep(restored, "so-a", sample("png"))
            assert (await verify(nc, there)).disagreements == []


async def test_issued_reports_come_back(
    nc: Client, settings: Settings, environ: dict[str, str], processes: Processes, tmp_path: Path
) -> None:
    """What was handed out before the backup can be fetched from the restored house, byte for byte; a rebuild keeps
    it, and the stores agree."""
    async with small_house(nc, settings) as house:
        async with processes():
            await house.publish_plan()
            await house.turn("2026-02-02")
            body = request_body(plan="mau-2026", format="docx")
            document = await house.ask("reports", "report", body)
            await house.all_told()
            await back_up(settings, tmp_path / "backup", datetime.now(UTC))
        there = settings.model_copy(update={"database_prefix": f"{settings.database_prefix}_new"})
        environ["DONDOC_DATABASE_PREFIX"] = there.database_prefix
        await _restore(nc, there, tmp_path / "backup")
        mongo = Mongo(there.mongo_url, there.database("reports"))
        told = read_events(nc.jetstream(), Unreadable())
        assert await rebuild(ReportsStore(mongo), mongo, told)
        mongo.close()
        async with processes():
            name = sha256(document).hexdigest()
            assert await house.ask("reports", "document", request_body(sha256=name)) == document
            assert (await verify(nc, there)).disagreements == []


def _evidence(settings: Settings) -> Evidence:
    return Evidence(Mongo(settings.mongo_url, settings.database("submissions")))


async def test_restore_touches_nothing_before_it_is_sure(
    nc: Client, settings: Settings, processes: Processes, tmp_path: Path
) -> None:
    """While services run, onto databases that hold something, from a damaged backup, or where nothing tells until
    when mail went out: it says so, and all is as before. With --replace the same databases are restored."""
    folder = tmp_path / "backup"
    async with small_house(nc, settings) as house:
        async with processes():
            await house.publish_plan()
            await house.turn("2026-02-02")
            await house.deliver("before", "2026-02-01")
            manifest = await back_up(settings, folder, datetime.now(UTC))
            await house.deliver("after", "2026-02-01")
            with pytest.raises(NotRestored, match="assignments, submissions, notifier, reports runs"):
                await _restore(nc, settings, folder)
        before = await house.in_outboxes(), await house.in_log()
        with pytest.raises(NotRestored, match=r"_assignments isn't empty; --replace"):
            await _restore(nc, settings, folder)
        ahead = manifest.model_copy(update={"moment": datetime.now(UTC)})
        (folder / MANIFEST).write_text(ahead.model_dump_json())
        with pytest.raises(NotRestored, match="say with --mailed-until"):
            await _restore(nc, settings, folder, replace=True, mailed_until=None)
        with _damaged(folder / "submissions.outputs.bson.gz"), pytest.raises(NoBackup, match=r"bson.gz is damaged"):
            await _restore(nc, settings, folder, replace=True)
        assert before == (await house.in_outboxes(), await house.in_log())

        done = await _restore(nc, settings, folder, replace=True)

        assert done.lost.events == 1
        outputs = await documents(settings, "submissions", "outputs")
        assert [one["submission"]["id"] for one in outputs] == ["before"]
        assert await house.in_log() == await house.in_outboxes()
        with pytest.raises(NotRestored, match=f"until {LAST_MAIL_BEFORE}; --mailed-until must be"):
            await _restore(nc, settings, folder, replace=True, mailed_until=LAST_MAIL_BEFORE - timedelta(days=1))
        again = await _restore(nc, settings, folder, replace=True, mailed_until=None)
        assert again.doubt.until == LAST_MAIL_BEFORE
        automatic = settings.model_copy(update={"calendar": CalendarMode.AUTO})
        with pytest.raises(NotRestored, match="leave --mailed-until out"):
            await _restore(nc, automatic, folder, replace=True)


async def test_a_restore_that_broke_off_keeps_services_from_starting(
    mongod: Running, settings: Settings, environ: dict[str, str]
) -> None:
    """Half of what was stored would be worse than nothing: the service waits, and says what to run."""
    databases = Databases(settings.mongo_url)
    await databases.begin_restore(settings.database("submissions"))
    port = free_port(0)
    async with running("submissions", environ, port) as service:
        await service.waits_for("waiting for the restore: it was begun and has not ended")
        with pytest.raises(NoBackup, match="half restored"):
            await back_up(settings, Path("never"), datetime.now(UTC))
        await databases.end_restore(settings.database("submissions"))
        await service.is_ready()
    databases.close()


async def _restore(nc: Client, settings: Settings, folder: Path, **said: Any) -> Restored:
    usual = {"replace": False, "mailed_until": LAST_MAIL_BEFORE, "now": datetime.now(UTC)}
    return await restore(nc, settings, folder, **(usual | said))


@contextmanager
def _damaged(path: Path) -> Iterator[None]:
    """One bit of the file is another one for the time of the block."""
    whole = path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    yield
    path.write_bytes(whole)
