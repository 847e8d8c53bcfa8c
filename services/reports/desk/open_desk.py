"""Wiring of the desk: its part of what `app.py` wires."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from services.reports.answer_report import Reports
from services.reports.desk.answer_operator import answer_operator
from services.reports.desk.desk_store import DeskStore
from services.reports.desk.letter import Letter
from services.reports.desk.officer_store import OfficerStore
from services.reports.desk.oidc import provider_of
from services.reports.desk.postman import hand_over
from services.reports.desk.reading import Source
from services.reports.desk.send_link import Links
from services.reports.desk.sign_in_store import SignInStore
from services.reports.desk.web.access import Gate
from services.reports.desk.web.app import desk_app
from services.reports.desk.web.making import MakingPages
from services.reports.desk.web.occurrences import OccurrencePages
from services.reports.desk.web.officers import OfficersPage
from services.reports.desk.web.outputs import OutputPages
from services.reports.desk.web.overview import OverviewPages
from services.reports.desk.web.paths import BY_LINK, PREFIX
from services.reports.desk.web.rendering import Renderer
from services.reports.desk.web.report import ReportPages
from services.reports.desk.web.signing_in import SigningIn, back_address
from services.reports.jobs.begin_jobs import Jobs
from services.reports.store import Store
from shared.runtime import Runtime
from shared.smtp_url import mail_server


async def open_desk(runtime: Runtime, store: Store, reports: Reports, jobs: Jobs) -> Gate:
    """Serve the pages and answer the operator; the gate that officers come through.

    Raises SettingsError where the mail server's address is wrong, or something of the identity provider is missing.
    """
    settings = runtime.settings
    address = settings.officers_at("reports")
    officers, sign_in = OfficerStore(runtime.mongo), SignInStore(runtime.mongo)
    await officers.ensure_indexes()
    await sign_in.ensure_indexes()
    server = mail_server(settings)

    async def send(letter: Letter) -> None:
        await hand_over(letter, server)

    render = Renderer(urlsplit(address).path + PREFIX)
    gate = Gate(officers, sign_in, address)
    links = Links(settings.mail_from, f"{address}{PREFIX}{BY_LINK}", send)
    signing_in = SigningIn(gate, render, links, provider_of(settings, back_address(address)))
    source = Source(store, DeskStore(runtime.mongo), runtime.mongo, reports.caught_up)
    pages = [
        *OverviewPages(render, source).pages(),
        *OccurrencePages(render, source, runtime.nc).pages(),
        *OutputPages(render, source, runtime.nc).pages(),
        *ReportPages(render, source, jobs, reports.kept, runtime.mongo, runtime.outbox).pages(),
        *MakingPages(render, source, jobs, reports.kept).pages(),
        *OfficersPage(render, officers, runtime.mongo, runtime.outbox).pages(),
    ]
    runtime.serve(PREFIX, desk_app(gate, render, signing_in, pages))
    answer_operator(runtime, officers, _now)
    return gate


def _now() -> datetime:
    return datetime.now(UTC)
