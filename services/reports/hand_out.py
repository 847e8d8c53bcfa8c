"""Keep a document that is handed out, and tell the log of it: both, or neither."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from services.reports.issued_store import IssuedStore
from shared.contracts.report import ReportIssued
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo, PyMongoError, Session
from shared.outbox import Outbox, Stamped

# Other requests that can be faster, one after the other: with the same bytes, and with the same for the same officer.
IN_THE_WAY = 2


async def hand_out(
    issued: ReportIssued, name: str, data: bytes, kept: IssuedStore, mongo: Mongo, outbox: Outbox
) -> None:
    """The same bytes are kept once, and told of once for each who was given them."""
    for _ in range(IN_THE_WAY):
        with suppress(DuplicateKeyError, BulkWriteError):
            return await _hand_out(issued, name, data, kept, mongo, outbox)
    return await _hand_out(issued, name, data, kept, mongo, outbox)


async def _hand_out(
    issued: ReportIssued, name: str, data: bytes, kept: IssuedStore, mongo: Mongo, outbox: Outbox
) -> None:
    event = Stamped(_event_id(issued), issued)
    known, held = await asyncio.gather(outbox.known([event.id]), kept.holds(issued.sha256))
    if known:
        return
    now = datetime.now(UTC)
    # What is kept is never removed.
    upload = None if held else await kept.write(data, now)

    async def write(session: Session) -> None:
        if upload is not None:
            await kept.keep(upload, name, issued, now, session)
        await kept.note(event.id, issued, now, session)
        await outbox.add([event], session)

    try:
        await mongo.transact(write)
    finally:
        if upload is not None:
            with suppress(PyMongoError):  # a sweep comes for what can't be removed now; what is kept stays
                await kept.clear(upload)
    outbox.wake()


def _event_id(issued: ReportIssued) -> str:
    return f"report.issued/{issued.plan}/{issued.as_of}/{issued.format}/{issued.sha256}/{issued.issued_by}"
