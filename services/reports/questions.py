"""What the service answers on NATS about documents: one now, those that were issued, and one of these again; and about
what people write in them."""

from services.reports.answer_issued import DocumentQuestion, IssuedQuestion, answer_issued, find_issued
from services.reports.answer_narrative import (
    NarrativeQuestion,
    WriteNarrative,
    answer_narrative,
    answer_written,
)
from services.reports.answer_report import AskedByNats, Reports, answer_report
from services.reports.progress import nobody
from shared.answers import Answer
from shared.contracts.issued_reports import Progress
from shared.contracts.officers import OPERATOR
from shared.contracts.report import MEDIA_TYPES
from shared.large_messages import file_headers, reply, reply_pieces
from shared.runtime import Runtime
from shared.topology import PROGRESS


def answer_questions(runtime: Runtime, reports: Reports) -> None:
    """Answer `dondoc.reports.report` with a document, `…issued` with IssuedReports as JSON, `…document` with a
    document again, its name and type in headers, `…narrative` with NarrativeParts and `…write_narrative` with a
    NarrativePart, both as JSON."""
    kept = reports.kept

    async def report(request: bytes) -> Answer:
        question = AskedByNats.read(request)

        async def tell(progress: Progress) -> None:
            await runtime.nc.publish(PROGRESS.format(job=question.job), progress.model_dump_json().encode())

        document = await answer_report(question, reports, OPERATOR, tell if question.job else nobody)
        return await reply(runtime.js, document.name, document.data)

    async def issued(request: bytes) -> Answer:
        found = await answer_issued(IssuedQuestion.read(request), reports)
        return await reply(runtime.js, "issued.json", found.model_dump_json().encode())

    async def document(request: bytes) -> Answer:
        found = await find_issued(DocumentQuestion.read(request), kept)
        headers = file_headers(found.name, MEDIA_TYPES[found.format])
        return await reply_pieces(runtime.js, f"{found.sha256}/issued", found.size, kept.read(found), headers)

    async def narrative(request: bytes) -> Answer:
        question = NarrativeQuestion.read(request)
        await reports.caught_up()
        found = await answer_narrative(question, reports.store, reports.mongo)
        return await reply(runtime.js, "narrative.json", found.model_dump_json().encode())

    async def write(request: bytes) -> bytes:
        command = WriteNarrative.read(request)
        own = (reports.store, reports.mongo, reports.outbox, reports.caught_up)
        return (await answer_written(command, *own)).model_dump_json().encode()

    runtime.answer("narrative", narrative)
    runtime.answer("write_narrative", write)
    runtime.answer("report", report)
    runtime.answer("issued", issued)
    runtime.answer("document", document)
