"""Keep a document that is handed out, and tell the log of it: first the bytes, then the event, or neither."""

from contextlib import suppress
from datetime import UTC, datetime

from services.reports.issued_store import IssuedStore
from shared.contracts.report import ReportIssued
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo, PyMongoError, Session
from shared.outbox import Outbox, Stamped


async def hand_out(
    issued: ReportIssued, name: str, data: bytes, kept: IssuedStore, mongo: Mongo, outbox: Outbox
) -> None:
    """The same bytes are kept once, and told of once for each who was given them."""
    event = Stamped(_event_id(issued), issued)
    if await outbox.known([event.id]):
        return
    now = datetime.now(UTC)
    # What is kept is never removed.
    upload = None if await kept.holds(issued.sha256) else await kept.write(data, now)

    async def write(session: Session) -> None:
        if upload is not None:
            await kept.keep(upload, name, issued, now, session)
        await kept.note(event.id, issued, now, session)
        await outbox.add([event], session)

    try:
        try:
            await mongo.transact(write)
        except (DuplicateKeyError, BulkWriteError):
            # Another request kept the same bytes meanwhile, for the same officer or for another one.
            if not await outbox.known([event.id]):
                await mongo.transact(write)
    finally:
        if upload is not None:
            with suppress(PyMongoError):  # a sweep comes for what can't be removed now; what is kept stays
                await kept.discard(upload)
    outbox.wake()


def _event_id(issued: ReportIssued) -> str:
    return f"report.issued/{issued.plan}/{issued.as_of}/{issued.format}/{issued.sha256}/{issued.issued_by}"
