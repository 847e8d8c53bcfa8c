"""Answer a question for a consolidated report with a document, keep it, and tell the log that it was handed out."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from services.reports.choose_plan import WrongField
from services.reports.compare import Beside
from services.reports.hand_out import hand_out
from services.reports.issued_store import IssuedStore
from services.reports.progress import Tell, nobody, progress, told_of
from services.reports.read_report import Reading, chosen, reading
from services.reports.renderings.formats import LISTING, Render
from services.reports.spooled import spooled
from services.reports.store import Store
from shared.contracts.issued_reports import Step
from shared.contracts.report import FORMATS, ReportIssued
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.question import Day, Question

JOB = r"^[A-Za-z0-9_-]{16,64}$"
# An empty one would mean another plan as soon as a second one is published.
PlanName = Annotated[str, Field(min_length=1)]


class ReportQuestion(Question):
    """Which plan, as of which day (None: the calendar's last), in which of FORMATS, and beside which other report:
    that of `compare_to`, a day, or of `compare_plan`, another plan, or of both."""

    plan: PlanName
    as_of: Day | None = None
    format: str = "json"
    compare_to: Day | None = None
    compare_plan: PlanName | None = None

    @property
    def beside(self) -> Beside | None:
        """None where nothing is to be compared."""
        return Beside(self.compare_plan, self.compare_to) if self.compare_plan or self.compare_to else None

    def check(self) -> None:
        """Raises WrongField for an unknown format."""
        if self.format not in FORMATS:
            reason = f"there is no format {self.format[:40]!r}; choose one of {', '.join(FORMATS)}"
            raise WrongField("format", reason, FORMATS)


class AskedByNats(ReportQuestion):
    """With `job`, a token that the asker makes up: how it is coming along is told on a subject of that name."""

    job: Annotated[str, Field(pattern=JOB)] | None = None


@dataclass(frozen=True)
class Document:
    """A rendered report; `name` is a file name."""

    name: str
    data: bytes
    sha256: str
    as_of: date


@dataclass(frozen=True)
class Reports:
    """What reports are made of, and where they are kept. `caught_up` returns when the view holds all of the log;
    `renders` make the documents that LISTING doesn't."""

    store: Store
    kept: IssuedStore
    mongo: Mongo
    outbox: Outbox
    caught_up: Callable[[], Awaitable[None]]
    renders: Mapping[str, Render]


async def check_question(question: ReportQuestion, reports: Reports) -> None:
    """That there is such a report now, before anybody waits for it.

    Raises WrongField for an unknown plan or format, for a day that has not come or is before the plan, and for what
    can't be compared; Retry as `answer_report`.
    """
    question.check()
    await reports.caught_up()
    async with chosen(question.plan, question.as_of, reports.store, reports.mongo, question.beside):
        return


async def answer_report(question: ReportQuestion, reports: Reports, by: str, tell: Tell = nobody) -> Document:
    """The document, handed out to the officer of that e-mail address, or to OPERATOR.

    Raises what `check_question` raises, Retry while the view is being rebuilt or isn't caught up.
    """
    question.check()
    form = question.format
    await tell(progress(Step.LOG, form))
    await reports.caught_up()
    await tell(progress(Step.FIGURES, form))
    async with reading(question.plan, question.as_of, reports.store, reports.mongo, question.beside) as found:
        report = found.report
        data = await _rendered(form, found, reports.renders, tell)
    await tell(progress(Step.KEEPING, form))
    digest = sha256(data).hexdigest()
    beside = report.comparison
    issued = ReportIssued(
        plan=report.plan,
        as_of=report.as_of,
        format=form,
        sha256=digest,
        size=len(data),
        issued_by=by,
        compared_plan=beside and beside.plan,
        compared_as_of=beside and beside.as_of,
    )
    name = f"{report.plan}-{report.as_of}.{form}"
    await hand_out(issued, name, data, reports.kept, reports.mongo, reports.outbox)
    return Document(name, data, digest, report.as_of)


async def _rendered(form: str, found: Reading, renders: Mapping[str, Render], tell: Tell) -> bytes:
    """In a thread: the service's heartbeats and other answers go on meanwhile."""
    if form not in LISTING:
        await tell(progress(Step.DOCUMENT, form))
        return await asyncio.to_thread(renders[form], found.report)
    every = found.report.outputs.recorded
    async with spooled(told_of(found.outputs(), every, form, tell)) as outputs:
        await tell(progress(Step.DOCUMENT, form))
        return await asyncio.to_thread(LISTING[form], found.report, outputs)
