"""Every request has an answer that the contract knows, whatever happens on the way."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.http_limits import AGAIN_AFTER_SECONDS
from shared.delivery import NOT_NOW
from shared.logs import logger
from shared.problems import Problem

Endpoint = Callable[[Request], Awaitable[Response]]
Answering = Callable[[Endpoint], Endpoint]
log = logger(__name__)


def answering(stopping: Callable[[], bool], promise: str = "") -> Answering:
    """What turns an endpoint's failures into problems. `stopping` tells whether the service takes its leave;
    `promise` ends in `; ` and says what sending it again would do."""

    def answered(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                if stopping():
                    raise _away("the service is stopping")
                return await endpoint(request)
            except Problem as problem:
                _note(request, problem)
                return problem.response()
            except NOT_NOW as away:
                log.warning("unavailable", path=request.url.path, error=f"{type(away).__name__}: {away}"[:300])
                return _away(f"MongoDB or NATS is away; {promise}".removesuffix("; ")).response()
            except Exception:
                log.exception("request failed", path=request.url.path)
                return Problem(500, "the service failed on this request; its log says why").response()

        return answer

    return answered


def _note(request: Request, problem: Problem) -> None:
    """Put down what somebody was refused; who isn't known, or asks too fast, is noted where that is seen."""
    asker = getattr(request.state, "asker", None)
    if asker is not None and 400 <= problem.status < 500 and problem.status != 429:
        asked = f"{request.method} {request.url.path}?{request.url.query}".removesuffix("?")
        log.warning("refused", status=problem.status, asked=asked[:300], why=problem.detail[:300], **asker)


def _away(detail: str) -> Problem:
    return Problem(503, f"{detail}; send it again in a moment", {"Retry-After": str(AGAIN_AFTER_SECONDS)})
