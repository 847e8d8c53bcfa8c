"""Errors of web servers as `application/problem+json`. Source: RFC 9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.http_api import PROBLEM


class Problem(Exception):
    """The request can't be done; `detail` tells a person why, and what would be right."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more

    def response(self) -> Response:
        title = HTTPStatus(self.status).phrase
        body = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail, **self.more}
        return Response(json.dumps(body, ensure_ascii=False).encode(), self.status, self.headers, PROBLEM)


async def unrouted(request: Request, error: Exception) -> Response:
    """No such path, or not by this method: then the answer's `Allow` says by which."""
    assert isinstance(error, HTTPException)
    text = f"{request.method} {request.url.path[:200]} is not to be had here"
    if allowed := (error.headers or {}).get("Allow"):
        text = f"{text}, but by {allowed}"
    return Problem(error.status_code, f"{text}; see the OpenAPI document", error.headers).response()
