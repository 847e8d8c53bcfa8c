"""`/health/live`, `/health/ready` and `/metrics`, on a small web server that is up before anything else is."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared.contracts.http_limits import AGAIN_AFTER_SECONDS
from shared.problems import Problem, unrouted

# A check returns None when all is well, or a text for people that says what isn't.
Check = Callable[[], Awaitable[str | None]]
CHECK_WITHIN_SECONDS = 3.0


class Health:
    """What a service says of itself. Live: the event loop turns. Ready: every check passes."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self.waiting_for: str | None = "starting"

    def add_check(self, name: str, check: Check) -> None:
        """Raises ValueError for a name that is taken: two checks of one name would be one."""
        if name in self._checks:
            raise ValueError(f"there is a check {name!r} already")
        self._checks[name] = check

    async def problems(self) -> dict[str, str]:
        """What keeps the service from being ready, by check; empty when it is."""
        if self.waiting_for is not None:
            return {"start": self.waiting_for}
        outcomes = await asyncio.gather(*(_outcome(check) for check in self._checks.values()))
        return {name: text for name, text in zip(self._checks, outcomes, strict=True) if text is not None}

    def routes(self) -> list[Route]:
        return [
            Route("/health/live", self._live),
            Route("/health/ready", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def missing(self, request: Request, _: Exception) -> Response:
        """Nothing is served there; or not yet, since what a service serves comes when it is ready.

        A coroutine, so that it is said in the same turn of the loop in which nothing was found: the framework hands
        what isn't one to a thread, and meanwhile the service may become ready and a client be told that its path isn't.
        """
        if self.waiting_for is None:
            return Problem(404, f"nothing is served at {request.url.path[:200]!r}").response()
        again = {"Retry-After": str(AGAIN_AFTER_SECONDS)}
        return Problem(503, f"the service isn't ready: {self.waiting_for}", again).response()

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def _ready(self, _: Request) -> Response:
        problems = await self.problems()
        body = {"status": "not ready", "problems": problems} if problems else {"status": "ready"}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _outcome(check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), CHECK_WITHIN_SECONDS)
    except TimeoutError:
        return f"no answer within {CHECK_WITHIN_SECONDS:g} s"
    except Exception as error:  # whatever a check raises is its answer
        return f"{type(error).__name__}: {error}"[:300]


def _of_one_length(app: ASGIApp) -> ASGIApp:
    """Refuses a request whose end is told in two ways, and ends its connection: what a proxy before us takes for the
    rest of its body would be the next request here. Source: RFC 9112, 6.1."""

    async def refuse_two(scope: Scope, receive: Receive, send: Send) -> None:
        names = {name for name, _ in scope.get("headers", ())}
        if {b"content-length", b"transfer-encoding"} <= names:
            text = "a request has Content-Length or Transfer-Encoding, not both"
            await Problem(400, text, {"Connection": "close"}).response()(scope, receive, send)
        else:
            await app(scope, receive, send)

    return refuse_two


class _Protocol(H11Protocol):
    """uvicorn's, which answers what is no HTTP as all else is answered here."""

    def send_400_response(self, msg: str) -> None:
        # Within an answer that has begun, another would be taken for a part of it.
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            text = "this can't be read as an HTTP/1.1 request: its first line, a header or a chunk is wrong or too long"
            problem = Problem(400, text, {"Connection": "close"}).response()
            head = b"".join(b"%s: %s\r\n" % header for header in problem.raw_headers)
            self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%s\r\n%s" % (head, problem.body))
        self.transport.close()


class WebServer(uvicorn.Server):
    """uvicorn without its signal handlers: the service's own decide when to stop."""

    def __init__(self, health: Health, listener: socket.socket) -> None:
        """Answers whoever connects to the listener, once it serves."""
        self._listener = listener
        self._app = Starlette(routes=health.routes(), exception_handlers={404: health.missing, 405: unrouted})
        config = uvicorn.Config(
            _of_one_length(self._app),
            http=_Protocol,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
        super().__init__(config)

    def mount(self, path: str, app: ASGIApp) -> None:
        """Serve an application below the path, from now on."""
        self._app.mount(path, app)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        await super().serve(sockets or [self._listener])

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
