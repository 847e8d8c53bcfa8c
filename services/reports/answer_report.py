"""Answer a question for a consolidated report with a document, and tell the log that it was handed out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from services.reports.compare import Beside
from services.reports.read_report import Reading, reading
from services.reports.renderings.formats import LISTING, RENDER, Render
from services.reports.spooled import spooled
from services.reports.store import Store
from shared.contracts.report import FORMATS, ReportIssued
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected
from shared.question import Question


class ReportQuestion(Question):
    """Which plan, as of which day (None: the calendar's last), in which of FORMATS, and beside which other report:
    that of `compare_to`, a day, or of `compare_plan`, another plan, or of both."""

    plan: str
    as_of: date | None = None
    format: str = "json"
    compare_to: date | None = None
    compare_plan: str | None = None

    @property
    def beside(self) -> Beside | None:
        """None where nothing is to be compared."""
        return Beside(self.compare_plan, self.compare_to) if self.compare_plan or self.compare_to else None


@dataclass(frozen=True)
class Document:
    """A rendered report; `name` is a file name."""

    name: str
    data: bytes
    sha256: str


async def answer_report(
    question: ReportQuestion, store: Store, mongo: Mongo, outbox: Outbox, renders: Mapping[str, Render] = RENDER
) -> Document:
    """The document, as one of `renders` makes it or LISTING. The same bytes are told of once, however often they are
    asked for.

    Raises Rejected for an unknown plan, format or day, Retry while the view is being rebuilt.
    """
    if question.format not in FORMATS:
        raise Rejected(f"there is no format {question.format!r}; choose one of {', '.join(FORMATS)}")
    async with reading(question.plan, question.as_of, store, mongo, question.beside) as found:
        report = found.report
        data = await _rendered(question.format, found, renders)
    digest = sha256(data).hexdigest()
    issued = ReportIssued(plan=report.plan, as_of=report.as_of, format=question.format, sha256=digest, size=len(data))
    await _tell(issued, mongo, outbox)
    return Document(f"{report.plan}-{report.as_of}.{question.format}", data, digest)


async def _rendered(wanted: str, found: Reading, renders: Mapping[str, Render]) -> bytes:
    """In a thread: the service's heartbeats and other answers go on meanwhile."""
    if wanted in LISTING:
        async with spooled(found.outputs()) as outputs:
            return await asyncio.to_thread(LISTING[wanted], found.report, outputs)
    return await asyncio.to_thread(renders[wanted], found.report)


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
