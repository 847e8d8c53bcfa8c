"""Answer a question for a consolidated report with a document, and tell the log that it was handed out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from services.reports.read_report import read_report
from services.reports.renderings.formats import RENDER, Render
from services.reports.store import Store
from shared.contracts.report import ReportIssued
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected
from shared.question import Question


class ReportQuestion(Question):
    """Which plan, as of which day (None: the calendar's last), in which of RENDER."""

    plan: str
    as_of: date | None = None
    format: str = "json"


@dataclass(frozen=True)
class Document:
    """A rendered report; `name` is a file name."""

    name: str
    data: bytes
    sha256: str


async def answer_report(
    question: ReportQuestion, store: Store, mongo: Mongo, outbox: Outbox, renders: Mapping[str, Render] = RENDER
) -> Document:
    """The document, as one of `renders` makes it. The same bytes are told of once, however often they are asked for.

    Raises Rejected for an unknown plan, format or day, Retry while the view is being rebuilt.
    """
    render = renders.get(question.format)
    if render is None:
        raise Rejected(f"there is no format {question.format!r}; choose one of {', '.join(renders)}")
    report = (await read_report(question.plan, question.as_of, store, mongo)).report
    data = await asyncio.to_thread(render, report)
    digest = sha256(data).hexdigest()
    issued = ReportIssued(plan=report.plan, as_of=report.as_of, format=question.format, sha256=digest, size=len(data))
    await _tell(issued, mongo, outbox)
    return Document(f"{report.plan}-{report.as_of}.{question.format}", data, digest)


async def _tell(issued: ReportIssued, mongo: Mongo, outbox: Outbox) -> None:
    event = Stamped(f"report.issued/{issued.plan}/{issued.as_of}/{issued.format}/{issued.sha256}", issued)
    if await outbox.known([event.id]):
        return
    try:
        await mongo.transact(lambda session: outbox.add([event], session))
    except (DuplicateKeyError, BulkWriteError):
        # Another request told of the same bytes meanwhile.
        if not await outbox.known([event.id]):
            raise
    outbox.wake()
