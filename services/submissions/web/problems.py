"""Errors as `application/problem+json`. Source: RFC 9457."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

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
        return Response(_json(body), self.status, self.headers, PROBLEM)


def errors_of(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A rejection's reasons, each with a JSON pointer into the CloudEvent in structured mode."""
    return [
        {
            "pointer": _pointer(reason["code"], reason["field"]),
            "detail": reason["message"],
            "code": reason["code"],
            "candidates": reason.get("candidates", []),
        }
        for reason in reasons
    ]


def _pointer(code: str, field: str) -> str:
    if not field:
        return ""  # the whole document
    path = field if code in {"bad_envelope", "unknown_type"} or field == "data" else f"data.{field}"
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path.split("."))


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
