"""Every request for a page has a page for its answer, whatever happens on the way; no line of the log has the address.

The address of a page behind a link is a right to act.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from services.submissions.open_link import NotOwed
from services.submissions.web.pages import failure_page
from shared.client_address import client_address
from shared.contracts.http_limits import AGAIN_AFTER_SECONDS
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.problems import Problem
from shared.signed_links import LinkRefused, Purpose

AGAIN = {"Retry-After": str(AGAIN_AFTER_SECONDS)}
Endpoint = Callable[[Request], Awaitable[Response]]
Page = Callable[[Request, Purpose], Awaitable[Response]]

log = logger(__name__)


def answered_page(page: Page, purpose: Purpose, stopping: Callable[[], bool]) -> Endpoint:
    """The endpoint of links of that purpose. `stopping` tells whether the service takes its leave."""

    async def answer(request: Request) -> Response:
        try:
            return failure_page(503, AGAIN) if stopping() else await page(request, purpose)
        except LinkRefused:
            client = client_address(request)
            log.warning("refused", why="no link of ours", purpose=purpose, client=client, method=request.method)
            status = 404
        except NotOwed:
            status = 410
        except Problem as problem:
            return failure_page(problem.status, problem.headers)
        except NOT_NOW as away:
            log.warning("unavailable", purpose=purpose, error=f"{type(away).__name__}: {away}"[:300])
            return failure_page(503, AGAIN)
        except Exception:
            log.exception("page failed", purpose=purpose)
            status = 500
        return failure_page(status)

    return answer
