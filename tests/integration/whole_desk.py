"""The desk with the services that own what it changes, on a small plan: what an officer does goes all the way."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client

from deploy.poster import Poster
from services.assignments.app import start as start_assignments
from services.submissions.app import start as start_submissions
from services.submissions.evidence import Evidence
from shared import topology
from shared.ask import ask, request_body
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.harness.services import in_process
from tests.integration.keeping import keep
from tests.integration.log import day, handled, has_come
from tests.integration.officer_desk import Browser, OfficerDesk, open_officer_desk
from tests.integration.test_reports_service import WITHIN
from tests.system.small_house import PLAN

TODAY = "2026-03-02"
JANUARY = "/ky/I.1/so-a/2026-01"


@dataclass
class WholeDesk:
    desk: OfficerDesk
    nc: Client
    settings: Settings

    async def signed_in(self, email: str) -> Browser:
        return await self.desk.signed_in(email)

    async def deliver(self, id_: str, **data: object) -> str:
        """An output of January; its id."""
        told = {"title": f"Chuyên mục {id_} (mẫu)", "published_on": "2026-01-20", "channel": "radio"} | data
        kind = "vn.dondoc.output.submitted.v1"
        body = json.dumps({"specversion": "1.0", "id": id_, "source": "/cms", "type": kind, "data": told})
        async with Poster(self.nc) as poster:
            receipt = await poster.post("so-a", body.encode(), WITHIN)
        return str(receipt["data"]["output"])

    async def keep(self, data: bytes, name: str) -> str:
        """A file of the agency's, kept as evidence; its SHA-256."""
        mongo = Mongo(self.settings.mongo_url, self.settings.database("submissions"))
        try:
            return await keep(Evidence(mongo), "so-a", data, name)
        finally:
            mongo.close()


@asynccontextmanager
async def open_whole_desk(settings: Settings, nc: Client, inbox: Inbox) -> AsyncIterator[WholeDesk]:
    """Assignments, submissions and reports, a published plan, and a day on which January is over."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(in_process("assignments", start_assignments, settings))
        await stack.enter_async_context(in_process("submissions", start_submissions, settings))
        desk = await stack.enter_async_context(open_officer_desk(settings, nc, inbox))
        await ask(nc, "dondoc.assignments.publish_plan", PLAN.read_bytes(), WITHIN)
        await ask(nc, "dondoc.assignments.publish_day", request_body(date=TODAY), WITHIN)
        # An output that is posted before submissions knows of the day would be rejected.
        await has_come(nc.jetstream(), day(TODAY).subject)
        await handled(nc.jetstream(), topology.SUBMISSIONS_EVENTS)
        yield WholeDesk(desk, nc, settings)
