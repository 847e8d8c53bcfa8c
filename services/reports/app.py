"""Wiring: the only place of the service that puts its parts together."""

from nats.aio.msg import Msg

from services.reports import log_position
from services.reports.answer_report import Reports
from services.reports.answer_status import StatusQuestion, answer_status
from services.reports.apply_events import apply_events
from services.reports.desk.open_desk import open_desk
from services.reports.issued_store import IssuedStore
from services.reports.jobs.begin_jobs import begin_jobs
from services.reports.questions import answer_questions
from services.reports.read_template import read_template
from services.reports.renderings.formats import renders
from services.reports.store import Store
from services.reports.web.api import api
from shared.answers import Answer
from shared.contracts.http_api import PREFIX
from shared.contracts.registry import decode
from shared.crashpoints import CrashPoint, crash_point
from shared.large_messages import reply
from shared.runtime import Runtime
from shared.sweep_uploads import sweep_forever
from shared.topology import REPORTS_EVENTS


async def start(runtime: Runtime) -> None:
    """Keep the view; answer about it; make reports for who waits for them elsewhere; open the desk."""
    store, kept = Store(runtime.mongo), IssuedStore(runtime.mongo)
    await store.ensure_indexes()
    made_by = renders(read_template(runtime.settings.report_template))
    await kept.ensure_indexes()

    async def caught_up() -> None:
        await log_position.caught_up(runtime.js)

    async def status(request: bytes) -> Answer:
        question = StatusQuestion.read(request)
        await caught_up()
        answer = await answer_status(question, store, runtime.mongo)
        return await reply(runtime.js, "status.json", answer.model_dump_json().encode())

    async def keep_view(batch: list[Msg]) -> None:
        # Order doesn't matter to the view, so a batch costs one transaction.
        events = [decode(msg.data, msg.headers) for msg in batch]
        await apply_events([(envelope.id, event) for envelope, event in events], store, runtime.mongo)
        crash_point(CrashPoint.REPORTS_COMMITTED)

    runtime.subscribe_batches(REPORTS_EVENTS, keep_view)
    runtime.answer("status", status)
    reports = Reports(store, kept, runtime.mongo, runtime.outbox, caught_up, made_by)
    answer_questions(runtime, reports)
    runtime.spawn(lambda: sweep_forever(kept), "documents sweep")
    jobs = await begin_jobs(runtime, reports)
    gate = await open_desk(runtime, store, reports, jobs)
    runtime.serve(PREFIX, api(gate, jobs, reports, runtime.health))
