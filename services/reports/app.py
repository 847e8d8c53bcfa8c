"""Wiring: the only place of the service that puts its parts together."""

from services.reports import log_position
from services.reports.answer_report import ReportQuestion, answer_report
from services.reports.answer_status import StatusQuestion, answer_status
from services.reports.keep_view import keep_view
from services.reports.large_answers import reply
from services.reports.store import Store
from shared.answers import Answer
from shared.service import Runtime
from shared.topology import REPORTS_EVENTS


async def start(runtime: Runtime) -> None:
    """Keep the view; answer `dondoc.reports.report` and `dondoc.reports.status`."""
    store = Store(runtime.mongo)
    await store.ensure_indexes()

    async def report(request: bytes) -> Answer:
        question = ReportQuestion.model_validate_json(request)
        await log_position.caught_up(runtime.js)
        document = await answer_report(question, store, runtime.mongo, runtime.outbox)
        return await reply(runtime.js, document.name, document.data)

    async def status(request: bytes) -> Answer:
        question = StatusQuestion.model_validate_json(request or b"{}")
        await log_position.caught_up(runtime.js)
        answer = await answer_status(question, store, runtime.mongo)
        return await reply(runtime.js, "status.json", answer.model_dump_json().encode())

    runtime.health.add_check(REPORTS_EVENTS.name, runtime.consumer_check(REPORTS_EVENTS))
    runtime.spawn(lambda: keep_view(runtime, store), "view")
    runtime.answer("report", report)
    runtime.answer("status", status)
