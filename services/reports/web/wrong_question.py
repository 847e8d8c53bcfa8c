"""A question for a report as it was posted, or what is wrong with it, pointed at. Source: RFC 9457, RFC 6901."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from services.reports.answer_report import ReportQuestion
from shared.contracts.json_text import NotJson, read_json
from shared.near import near
from shared.problems import Problem

_KNOWN = tuple(ReportQuestion.model_fields)
_WHOLE = f"send a JSON object with {', '.join(_KNOWN)}"
# By the type of pydantic's error; a time behind the day and a day that there isn't are told alike.
_TEXT, _DAY = "must be text in quotes", "must be a day that exists, in quotes; write it as 2023-06-30"
_RIGHT = {"string_type": _TEXT, "missing": "is missing", "string_too_short": "is empty; name a plan", "date_type": _DAY}


def read_question(body: bytes) -> ReportQuestion:
    """Raises Problem 400 with every fault."""
    try:
        read_json(body or b"null")
    except NotJson as error:
        fault = pointed("", f"the question {error}; {_WHOLE}")
        raise Problem(400, fault["detail"], errors=[fault]) from None
    try:
        return ReportQuestion.model_validate_json(body)
    except ValidationError as error:
        errors = [_fault(one) for one in error.errors(include_url=False, include_input=False)]
        raise Problem(400, "; ".join(one["detail"] for one in errors), errors=errors) from None


def pointed(field: str, detail: str, right: Sequence[str] = ()) -> dict[str, Any]:
    """One of a problem's `errors`: a member of the question, or with an empty `field` all of it."""
    pointer = f"/{field.replace('~', '~0').replace('/', '~1')}" if field else ""
    return {"pointer": pointer, "detail": detail, "candidates": list(right)}


def _fault(wrong: Mapping[str, Any]) -> dict[str, Any]:
    if not wrong["loc"]:
        return pointed("", f"the question is no JSON object; {_WHOLE}")
    field = str(wrong["loc"][0])[:100]
    if wrong["type"] == "extra_forbidden":
        like = near(field, _KNOWN) or list(_KNOWN)
        return pointed(field, f"the question can't hold {field!r}; known keys: {', '.join(_KNOWN)}", like)
    right = _RIGHT.get(wrong["type"], _DAY if wrong["type"].startswith("date") else wrong["msg"])
    return pointed(field, f"{field} {right}")
