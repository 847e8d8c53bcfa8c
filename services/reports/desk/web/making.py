"""A report that is being made: how it is coming along, and the document when it is done; also again, later."""

import re
from dataclasses import dataclass
from importlib.resources import files

from starlette.responses import Response, StreamingResponse

from services.reports.desk.reading import Source
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.paths import ISSUED, MAKING, REPORT, SCRIPT
from services.reports.desk.web.rendering import HEADERS, Renderer
from services.reports.issued_store import IssuedStore
from services.reports.jobs.begin_jobs import Jobs
from shared.attachment import disposition
from shared.contracts.evidence import SHA256
from shared.contracts.issued_reports import JobState
from shared.contracts.officers import Role
from shared.contracts.report import MEDIA_TYPES
from shared.outcomes import Rejected
from shared.page_headers import page_headers

# One small script of ours asks again and again, and only for this page.
_SCRIPTED = page_headers(also="script-src 'self'; connect-src 'self'")
_SCRIPT = (files("services.reports.desk.web") / "templates" / "making.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class MakingPages:
    render: Renderer
    source: Source
    jobs: Jobs
    kept: IssuedStore

    def pages(self) -> list[Page]:
        return [
            Page("GET", MAKING + "/{id}", Role.VIEWER, self.show),
            Page("GET", ISSUED + "/{sha256}", Role.VIEWER, self.fetch),
            Page("GET", SCRIPT, None, self.script),
        ]

    async def show(self, visit: Visit) -> Response:
        name = visit.request.path_params["id"]
        job = await self.jobs.find(name)
        if job is None:
            raise Rejected(f"nobody asked for the report {name[:50]!r} within a day")
        ended = job.state in (JobState.DONE, JobState.FAILED)
        title = next((one.title for one in await self.source.plans() if one.plan == job.plan), job.plan)
        answer = self.render.page(
            "making.html.j2",
            visit,
            here=REPORT,
            plan=visit.plan,
            job=job,
            title=title,
            ended=ended,
            state=JobState,
        )
        answer.headers.update(_SCRIPTED)
        return answer

    async def fetch(self, visit: Visit) -> Response:
        name = visit.request.path_params["sha256"]
        found = await self.kept.find(name) if re.fullmatch(SHA256, name) else None
        if found is None:
            raise Rejected(f"no report {name[:100]!r} was issued")
        headers = {
            **HEADERS,
            "Content-Length": str(found.size),
            "Content-Disposition": disposition(found.name, found.format),
            "Content-Type": MEDIA_TYPES[found.format],
            "ETag": f'"{found.sha256}"',
        }
        return StreamingResponse(self.kept.read(found), headers=headers)

    async def script(self, _: Visit) -> Response:
        return Response(_SCRIPT, headers=HEADERS, media_type="text/javascript")
