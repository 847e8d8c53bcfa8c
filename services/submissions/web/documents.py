"""The contract's page and documents, for whoever wants to post: no token is needed to read them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared import published
from shared.problems import Problem, unrouted

PREFIX = "/contract"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def documents() -> Starlette:
    """The application below PREFIX: the page at its root, and what the page links to."""
    return Starlette(
        routes=[Route("/{path:path}", _document, methods=["GET"])], exception_handlers={HTTPException: unrouted}
    )


def _document(request: Request) -> Response:
    path = request.path_params["path"] or published.PAGE
    found = published.document(path)
    if found is None:
        return Problem(404, f"there is no document {path[:200]!r}").response()
    return Response(found[0], headers=HEADERS, media_type=found[1])
