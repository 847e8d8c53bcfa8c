"""Wiring: the only place of the service that puts its parts together."""

from nats.aio.msg import Msg

from services.submissions.apply_events import Told, apply_events
from services.submissions.credentials import Credentials
from services.submissions.evidence import Evidence
from services.submissions.import_outputs import Importing
from services.submissions.intake import Intake
from services.submissions.keep_evidence import limits
from services.submissions.questions import answer_questions
from services.submissions.store import Store
from services.submissions.watch_posts import watch_posts
from services.submissions.web import documents
from services.submissions.web.api import api
from services.submissions.web.evidence import Files
from services.submissions.web.gate import Gate
from services.submissions.web.incoming import Incoming
from services.submissions.web.links import PREFIX as LINKS
from services.submissions.web.links import link_pages
from shared import topology
from shared.contracts.http_api import PREFIX
from shared.contracts.registry import decode
from shared.nats_reading import stored_at
from shared.runtime import Runtime
from shared.sweep_uploads import sweep_forever


async def start(runtime: Runtime) -> None:
    """Read plans, duties and days from the log; take outputs from the stream, by HTTP and by links in mails.

    Raises SettingsError where there is no secret to read links by: every agency would be told that its link is wrong.
    """
    links = runtime.settings.links()
    store, evidence = Store(runtime.mongo), Evidence(runtime.mongo)
    await store.ensure_indexes()
    await evidence.ensure_indexes()

    async def keep_copy(batch: list[Msg]) -> None:
        # Order doesn't matter to the copy, and the intake waits for all of it.
        decoded = [(decode(msg.data, msg.headers), stored_at(msg)) for msg in batch]
        await apply_events([Told(one.id, event, at) for (one, event), at in decoded], store, runtime.mongo)

    runtime.subscribe_batches(topology.SUBMISSIONS_EVENTS, keep_copy)
    intake = Intake(runtime, store, evidence)
    runtime.subscribe_batches(topology.SUBMISSIONS_INTAKE, intake.record, at_once=2)
    await watch_posts(runtime.nc)

    credentials = Credentials(runtime.mongo)
    await credentials.ensure_indexes()
    gate = Gate(credentials, runtime.settings.http_rate)
    importing = Importing(intake, store)
    answer_questions(runtime, importing, intake, store, evidence)
    runtime.spawn(lambda: sweep_forever(evidence), "evidence sweep")
    files = Files(evidence, limits(runtime.settings))
    runtime.serve(documents.PREFIX, documents.documents())
    incoming = Incoming(runtime.settings, runtime.health)
    runtime.serve(LINKS, link_pages(runtime, intake, store, files, incoming, links))
    runtime.serve(PREFIX, api(runtime, intake, importing, store, files, gate, incoming))
