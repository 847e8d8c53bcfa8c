"""Wiring: the only place of the service that puts its parts together."""

from nats.aio.msg import Msg

from services.reports import log_position
from services.reports.answer_report import ReportQuestion, answer_report
from services.reports.answer_status import StatusQuestion, answer_status
from services.reports.apply_events import apply_events
from services.reports.desk.open_desk import open_desk
from services.reports.read_template import read_template
from services.reports.renderings.formats import renders
from services.reports.store import Store
from shared.answers import Answer
from shared.contracts.registry import decode
from shared.crashpoints import CrashPoint, crash_point
from shared.large_messages import reply
from shared.runtime import Runtime
from shared.topology import REPORTS_EVENTS


async def start(runtime: Runtime) -> None:
    """Keep the view; answer `dondoc.reports.report` and `dondoc.reports.status`; open the desk."""
    store = Store(runtime.mongo)
    await store.ensure_indexes()
    made_by = renders(read_template(runtime.settings.report_template))

    async def report(request: bytes) -> Answer:
        question = ReportQuestion.read(request)
        await log_position.caught_up(runtime.js)
        document = await answer_report(question, store, runtime.mongo, runtime.outbox, made_by)
        return await reply(runtime.js, document.name, document.data)

    async def status(request: bytes) -> Answer:
        question = StatusQuestion.read(request)
        await log_position.caught_up(runtime.js)
        answer = await answer_status(question, store, runtime.mongo)
        return await reply(runtime.js, "status.json", answer.model_dump_json().encode())

    async def keep_view(batch: list[Msg]) -> None:
        # Order doesn't matter to the view, so a batch costs one transaction.
        events = [decode(msg.data, msg.headers) for msg in batch]
        await apply_events([(envelope.id, event) for envelope, event in events], store, runtime.mongo)
        crash_point(CrashPoint.REPORTS_COMMITTED)

    runtime.subscribe_batches(REPORTS_EVENTS, keep_view)
    runtime.answer("report", report)
    runtime.answer("status", status)
    await open_desk(runtime, store, made_by)
