"""Errors of web servers as `application/problem+json`. Source: RFC 9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus

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
