"""Reports over HTTP: ask for one, see how it is coming along, have it; and have again what was issued."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from math import ceil

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.reports.answer_issued import IssuedQuestion, answer_issued
from services.reports.answer_report import ReportQuestion, Reports
from services.reports.choose_plan import WrongField
from services.reports.desk.web.access import Gate
from services.reports.jobs.begin_jobs import Jobs
from services.reports.jobs.job_store import TooMany
from services.reports.web.asker import officer
from services.reports.web.wrong_question import pointed, read_question
from shared.answering import answering
from shared.attachment import disposition
from shared.contracts.evidence import SHA256
from shared.contracts.http_api import ISSUED, JSON, PREFIX, REPORTS
from shared.contracts.http_limits import AGAIN_AFTER_SECONDS, QUESTION_BYTES
from shared.contracts.issued_reports import JobState, ReportJob
from shared.contracts.officers import Role
from shared.contracts.report import MEDIA_TYPES
from shared.health import Health
from shared.lingering import Lingering
from shared.outcomes import Retry
from shared.parameters import parameters
from shared.problems import Problem, unrouted
from shared.request_body import refuse_encoded, whole_body

# What is in a report stays what it is called: no browser looks for anything else in it, and no cache keeps it.
_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
}
_AGAIN = {"Retry-After": str(AGAIN_AFTER_SECONDS)}
_SOON = {"Retry-After": "1", "Cache-Control": "no-store"}
_UNKNOWN = "there is no report {!r} that was asked for within a day; what was issued is at " + PREFIX + REPORTS


def api(gate: Gate, jobs: Jobs, reports: Reports, health: Health) -> Starlette:
    """The application below PREFIX."""
    kept = reports.kept

    def stopping() -> bool:
        return health.waiting_for is not None

    async def post(request: Request) -> Response:
        who = await officer(request, gate, Role.OFFICER)
        parameters(request, ())
        refuse_encoded(request)
        question = read_question(await whole_body(request, QUESTION_BYTES, "a question is shorter", stopping))
        job = await _begun(jobs, question, who)
        return _job(job, 202, {"Location": f"{PREFIX}{REPORTS}/{job.id}"})

    async def issued(request: Request) -> Response:
        await officer(request, gate, Role.VIEWER)
        asked = parameters(request, ("plan", "as_of"))
        if not asked.get("plan"):
            raise Problem(400, "say of which plan: `?plan=…`")
        day = _day(asked["as_of"]) if "as_of" in asked else None
        with _refusals():
            found = await answer_issued(IssuedQuestion(plan=asked["plan"], as_of=day), reports)
        return Response(found.model_dump_json(), media_type=JSON, headers={"Cache-Control": "no-store"})

    async def post_or_issued(request: Request) -> Response:
        return await (post(request) if request.method == "POST" else issued(request))

    async def progress(request: Request) -> Response:
        return _job(await _found(request), 200, {})

    async def document(request: Request) -> Response:
        job = await _found(request)
        if job.state is JobState.DONE and job.sha256 is not None:
            return await _attached(request, job.sha256)
        if job.failure is not None:
            raise Problem(409, f"there is no document: {job.failure.detail}")
        raise Problem(409, "the report isn't made yet; ask again in a moment", _SOON)

    async def again(request: Request) -> Response:
        await officer(request, gate, Role.VIEWER)
        parameters(request, ())
        return await _attached(request, request.path_params["sha256"])

    async def _found(request: Request) -> ReportJob:
        await officer(request, gate, Role.VIEWER)
        parameters(request, ())
        name = request.path_params["id"]
        job = await jobs.find(name)
        if job is None:
            raise Problem(404, _UNKNOWN.format(name[:100]))
        return job

    async def _attached(request: Request, sha256: str) -> Response:
        found = await kept.find(sha256) if re.fullmatch(SHA256, sha256) else None
        if found is None:
            raise Problem(404, f"no report {sha256[:100]!r} was issued; its name is the SHA-256 of its bytes")
        headers = {"ETag": f'"{found.sha256}"', **_HARMLESS}
        if _has(request, found.sha256):
            return Response(status_code=304, headers=headers)
        headers |= {
            "Content-Length": str(found.size),
            "Content-Disposition": disposition(found.name, found.format),
            "Content-Type": MEDIA_TYPES[found.format],
        }
        return StreamingResponse(kept.read(found), headers=headers)

    answered = answering(stopping)
    app = Starlette(
        routes=[
            # One route, so that a third method hears of both.
            Route(REPORTS, answered(post_or_issued), methods=["GET", "POST"]),
            Route(f"{REPORTS}/{{id}}", answered(progress), methods=["GET"]),
            Route(f"{REPORTS}/{{id}}/document", answered(document), methods=["GET"]),
            Route(f"{ISSUED}/{{sha256}}", answered(again), methods=["GET"]),
        ],
        middleware=[Middleware(Lingering)],
        exception_handlers={HTTPException: unrouted},
    )
    app.router.redirect_slashes = False
    return app


async def _begun(jobs: Jobs, question: ReportQuestion, who: str) -> ReportJob:
    try:
        with _refusals():
            return await jobs.ask(question, who)
    except TooMany as busy:
        whose = f"{who} waits for" if busy.of_one else "officers wait for"
        status = HTTPStatus.TOO_MANY_REQUESTS if busy.of_one else HTTPStatus.SERVICE_UNAVAILABLE
        raise Problem(status, f"{whose} too many reports already; ask again when they are made", _AGAIN) from None


@contextmanager
def _refusals() -> Iterator[None]:
    """What has no answer, or none now, as a Problem."""
    try:
        yield
    except WrongField as wrong:
        raise Problem(422, wrong.reason, errors=[pointed(wrong.field, wrong.reason, wrong.right)]) from None
    except Retry as later:
        again = {"Retry-After": str(ceil(later.after.total_seconds()))}
        raise Problem(503, later.why, again) from None


def _job(job: ReportJob, status: int, headers: dict[str, str]) -> Response:
    if job.state is JobState.DONE:
        job = job.model_copy(update={"document": f"{PREFIX}{REPORTS}/{job.id}/document"})
    waiting = _SOON if job.state in (JobState.WAITING, JobState.WORKING) else {"Cache-Control": "no-store"}
    return Response(job.model_dump_json(), status, {**waiting, **headers}, JSON)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(400, f"as_of={text[:40]!r} is no day; write it as 2023-06-30") from None


def _has(request: Request, sha256: str) -> bool:
    """Whether the asker has these bytes already. Source: RFC 9110, 13.1.2."""
    told = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in (f'"{sha256}"', "*") for tag in told.split(","))
