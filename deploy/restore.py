"""Restore MongoDB from a backup, and make the log anew from it; what may have been mailed since isn't mailed again."""

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.archive import Manifest, NoBackup, check, read_collection, read_manifest
from deploy.lost_since import Lost, save_lost
from deploy.refill import Refilled, refill_log
from services.notifier.doubt_mails import Doubt, doubt_mails
from services.notifier.store import Store as NotifierStore
from services.submissions.evidence import Evidence
from shared import topology
from shared.contracts.days import CalendarDay
from shared.mongo import Databases, Mongo
from shared.outbox import Outbox
from shared.settings import HTTP_PORTS, CalendarMode, Settings

SERVICE_ANSWERS_WITHIN = timedelta(seconds=2)
BATCH_DOCUMENTS = 1_000
BATCH_BYTES = 8 << 20


class NotRestored(Exception):
    """Nothing was touched; the text says why."""


@dataclass(frozen=True)
class Restored:
    """`lost` is what the log held that the backup lacks."""

    documents: int
    lost: Lost
    doubt: Doubt
    refilled: Refilled


async def restore(
    nc: Client, settings: Settings, folder: Path, *, replace: bool, mailed_until: date | None, now: datetime
) -> Restored:
    """Put the backup into the databases and the log; services must be stopped.

    Raises NotRestored or NoBackup before anything is touched. Where it breaks off later, services refuse to start
    until it is run to its end.
    """
    js = nc.jetstream()
    manifest = read_manifest(folder)
    await asyncio.to_thread(check, folder, manifest)
    await _refuse_while_services_run(nc)
    until = await _mailed_until(js, settings, manifest, mailed_until)
    databases = Databases(settings.mongo_url)
    try:
        if not replace:
            await _refuse_what_would_be_replaced(databases, settings)
        for service in HTTP_PORTS:
            await databases.begin_restore(_database(settings, service))
            # Before the documents: a unique index that comes later may find that it can't be.
            await _make_indexes(settings, service)
        for file in manifest.files:
            for batch in _batches(read_collection(folder, file)):
                await databases.insert(_database(settings, file.service), file.collection, batch)
        lost = await save_lost(js, settings, folder)
        doubt = await _doubt(settings, until, now)
        # INTAKE stays: what waits there has no receipt yet, and is recorded when services run again.
        with suppress(NotFoundError):
            await js.delete_stream(topology.EVENTS)
        refilled = await refill_log(js, settings)
        for service in HTTP_PORTS:
            await databases.end_restore(_database(settings, service))
    finally:
        databases.close()
    return Restored(sum(file.documents for file in manifest.files), lost, doubt, refilled)


async def _refuse_while_services_run(nc: Client) -> None:
    running = []
    for service in HTTP_PORTS:
        try:
            await nc.request(f"dondoc.{service}.pending", b"", timeout=SERVICE_ANSWERS_WITHIN.total_seconds())
        except NoRespondersError:
            continue
        except TimeoutError:
            pass  # it listens, though it is too busy, or stopped in its tracks
        running.append(service)
    if running:
        raise NotRestored(f"{', '.join(running)} runs on this NATS server; stop all services first")


async def _refuse_what_would_be_replaced(databases: Databases, settings: Settings) -> None:
    for service in HTTP_PORTS:
        database = _database(settings, service)
        for collection in await databases.collections(database):
            if await databases.count(database, collection):
                raise NotRestored(f"the database {database} isn't empty; --replace drops it for the backup's")


async def _mailed_until(js: JetStreamContext, settings: Settings, manifest: Manifest, said: date | None) -> date | None:
    """The last day on which mail may have gone out: None for today, which no automatic calendar is ahead of.

    A manual calendar's days are whatever was published: a log that is newer than the backup tells them, and where a
    restore has made that log anew already, what that restore put in doubt. Raises NotRestored for an earlier day.
    """
    if settings.calendar is CalendarMode.AUTO:
        if said is not None:
            raise NotRestored("the calendar turns by itself, so today counts; leave --mailed-until out")
        return None
    told = (await _last_day_since(js, manifest), await _doubted_until(settings))
    known = max((day for day in told if day is not None), default=None)
    if said is None and known is None:
        raise NotRestored(
            "the calendar is manual, and there is no log that is newer than the backup to tell its last day; "
            "say with --mailed-until DATE on which day mail may have gone out last"
        )
    if said is not None and known is not None and said < known:
        raise NotRestored(f"mail may have gone out until {known}; --mailed-until must be that day or a later one")
    return said or known


async def _last_day_since(js: JetStreamContext, manifest: Manifest) -> date | None:
    """The last day of the log, if it is newer than the backup."""
    with suppress(NotFoundError):
        state = (await js.stream_info(topology.EVENTS)).state
        newest = await js.get_msg(topology.EVENTS, state.last_seq, direct=True)
        if newest.time is not None and newest.time >= manifest.moment:
            day = await js.get_last_msg(topology.EVENTS, CalendarDay.SUBJECT.format(date="*"))
            return date.fromisoformat(str(day.subject).rsplit(".", 1)[-1])
    return None


async def _doubted_until(settings: Settings) -> date | None:
    """The last day in doubt by the databases that are replaced."""
    mongo = Mongo(settings.mongo_url, _database(settings, "notifier"))
    try:
        return await NotifierStore(mongo).doubted_until()
    finally:
        mongo.close()


async def _make_indexes(settings: Settings, service: str) -> None:
    mongo = Mongo(settings.mongo_url, _database(settings, service))
    try:
        await importlib.import_module(f"services.{service}.store").Store(mongo).ensure_indexes()
        await Outbox(mongo, f"/dondoc/{service}").ensure_indexes()
        if service == "submissions":
            await Evidence(mongo).ensure_indexes()
    finally:
        mongo.close()


async def _doubt(settings: Settings, until: date | None, now: datetime) -> Doubt:
    mongo = Mongo(settings.mongo_url, _database(settings, "notifier"))
    try:
        return await doubt_mails(NotifierStore(mongo), mongo, Outbox(mongo, "/dondoc/notifier"), until, now)
    finally:
        mongo.close()


def _batches(documents: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for document in documents:
        if batch and (len(batch) == BATCH_DOCUMENTS or size + len(document) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document)
    if batch:
        yield batch


def _database(settings: Settings, service: str) -> str:
    if service not in HTTP_PORTS:
        raise NoBackup(f"the backup names {service}, which is no service")
    return settings.database(service)
