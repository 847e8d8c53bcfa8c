"""The desk as one application: every page behind the gate, every failure a page."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from services.reports.choose_plan import WrongField
from services.reports.desk.oidc import ProviderRefused
from services.reports.desk.web.access import Gate, NotAllowed, Page, Visit
from services.reports.desk.web.paths import STYLE
from services.reports.desk.web.rendering import Renderer
from services.reports.desk.web.signing_in import SigningIn
from shared.ask import NoAnswer
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.outcomes import Rejected, Retry

log = logger(__name__)


def desk_app(gate: Gate, render: Renderer, signing_in: SigningIn, pages: Sequence[Page]) -> ASGIApp:
    """The application below PREFIX. Whatever isn't in `pages` or a way to sign in isn't to be had."""

    async def answer(page: Page, request: Request) -> Response:
        visit = Visit(request)
        try:
            visit = await gate.admit(page, request)
            return await page.answer(visit)
        except NotAllowed as refusal:
            return signing_in.ask(visit) if refusal.status == 401 else render.refused(visit, refusal.status, visit.plan)
        except Exception as failure:
            # A plan that there isn't would lead to this page again.
            kept = None if isinstance(failure, WrongField) else visit.plan
            return render.refused(visit, _status(failure), kept)

    async def style(_: Request) -> Response:
        return render.style()

    async def nowhere(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = render.refused(Visit(request), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    every = sorted([*signing_in.pages(), *pages], key=lambda page: page.path)
    routes = [_route(path, {page.method: page for page in of_path}, answer) for path, of_path in groupby(every, _path)]
    app = Starlette(routes=[*routes, Route(STYLE, style)], exception_handlers={HTTPException: nowhere})
    app.router.redirect_slashes = False
    return app


def _status(failure: Exception) -> int:
    """What the failure of a page is called in HTTP; the log says what it was."""
    match failure:
        case Rejected():
            log.info("not to be had at the desk", why=failure.reason)
            return 404
        case ProviderRefused():
            log.error("the identity provider can't be used", error=str(failure))
            return 502
        case Retry() | NoAnswer():
            log.warning("the desk is unavailable", error=str(failure)[:300])
            return 503
    if isinstance(failure, NOT_NOW):
        log.warning("the desk is unavailable", error=f"{type(failure).__name__}: {failure}"[:300])
        return 503
    log.exception("the desk failed")
    return 500


def _path(page: Page) -> str:
    return page.path


def _route(path: str, by_method: dict[str, Page], answer: Callable[[Page, Request], Awaitable[Response]]) -> Route:
    async def endpoint(request: Request) -> Response:
        return await answer(by_method["GET" if request.method == "HEAD" else request.method], request)

    return Route(path, endpoint, methods=list(by_method))
