"""OpenAPI 3.1 of the reports service's HTTP API, for officers and their programs."""

from collections.abc import Sequence
from typing import Any

from deploy.contracts.components import Components, ref
from deploy.contracts.openapi_answers import HEADERS, HEADERS_AT, body, content, others, problem
from services.reports.answer_report import ReportQuestion
from services.reports.jobs.job_store import KEPT_FOR, MOST_OF_ONE
from services.reports.progress import progress
from services.reports.web.wrong_question import pointed
from shared.contracts.evidence import SHA256
from shared.contracts.http_api import CSRF_HEADER, ISSUED, JSON, PREFIX, PROBLEM, REPORTS, Problem, QuestionRefused
from shared.contracts.http_limits import AGAIN_AFTER_SECONDS, QUESTION_BYTES, SILENT_SECONDS
from shared.contracts.issued_reports import MOST_LISTED, IssuedReports, JobState, ReportJob, Step
from shared.contracts.report import FORMATS, MEDIA_TYPES

Document = dict[str, Any]

VERSION = "1.0.0"
_HOURS = round(KEPT_FOR.total_seconds() / 3600)
_ID, _SHA = "q7Xf0cXJ5vKcUe2hWb1d4g", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_INTRODUCTION = f"""\
An officer asks for the consolidated report of a plan, sees how it is coming along, and has it as a document. The bytes
that were handed out are kept: by their SHA-256 they can be had again, and compared with what somebody holds.

Whoever asks is an officer: by a token for programs (`dondoc officer token EMAIL`), or by the cookie of a session at the
desk. With a cookie, what isn't a GET needs the session's `csrf` in `{CSRF_HEADER}` as well, and comes from no page of
another site. Every error is `application/problem+json` (RFC 9457) with a text that says what is wrong and what would be
right. Answers may get further fields: pass over those that you don't know.

| limit | |
|---|---|
| a question | {QUESTION_BYTES:,} bytes |
| reports that an officer waits for | {MOST_OF_ONE} |
| a report that was asked for | can be seen for {_HOURS} hours; its document stays |
| the list of what was issued | the newest {MOST_LISTED:,} |"""
_POST = """\
A question that has no answer is refused at once, with a pointer to what is wrong and what would be right: an unknown
plan, a day that has not come or is before the plan, a comparison of a report with itself. Any other is taken, and the
report is made meanwhile, whichever process of the service has time for it. Where that
process ends another one takes over. `as_of` is the calendar's last day if left out, `format` is JSON. `compare_to` (a
day), `compare_plan` (such as that of the year before) or both say beside which other report the figures stand. Needs
the role `officer`."""
_GET = """\
Ask again after `Retry-After` while `state` is `waiting` or `working`. `document` is the path of the document when it is
`done`; `failure` says why there is none when it is `failed`."""
_DETAILS = {
    401: "send an officer's token, `Authorization: Bearer …`; `dondoc officer token EMAIL` makes one",
    408: f"nothing came for {SILENT_SECONDS} s; send it again",
    429: "can-bo@so-tttt.example waits for too many reports already; ask again when they are made",
    500: "the service failed on this request; its log says why",
    503: f"MongoDB or NATS is away; send it again in a moment, after {AGAIN_AFTER_SECONDS} s",
}
_SHARED = {
    401: ("Unauthorized", "No officer's token or cookie, or one that is unknown or over.", "WWW-Authenticate"),
    408: ("TooSlow", "The body came too slowly; nothing was asked for.", "Retry-After"),
    429: ("TooFast", "Too many reports are waited for already.", "Retry-After"),
    500: ("Failed", "The service failed on this request; its log says why.", ""),
    503: ("Away", "Not now: a part of the system is away, or too many officers wait. Ask again.", "Retry-After"),
}
_ROLE = "that needs the role officer; nguoi-xem@so-tttt.example has the role viewer"
_PARAMETER = "there is no parameter 'x'; none is needed here"


def openapi_reports() -> Document:
    """The document."""
    components = Components()
    for model in (IssuedReports, ReportJob, Problem, QuestionRefused):
        components.add_model(model)
    components.schemas["ReportQuestion"] = _question()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Đôn đốc: consolidated reports over HTTP",
            "version": VERSION,
            "summary": "Ask for a report, have its document, and have again what was issued.",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {
                "url": "https://{host}",
                "description": "Where officers reach the desk.",
                "variables": {"host": {"default": "noi-bo.dondoc.example", "description": "The officers' address."}},
            },
            {"url": "http://127.0.0.1:8104", "description": "On the same machine, as `dondoc up` has it."},
        ],
        "security": [{"token": []}, {"session": []}],
        "paths": {
            f"{PREFIX}{REPORTS}": {"post": _ask(), "get": _list()},
            f"{PREFIX}{REPORTS}/{{id}}": {"get": _see()},
            f"{PREFIX}{REPORTS}/{{id}}/document": {"get": _document()},
            f"{PREFIX}{ISSUED}/{{sha256}}": {"get": _again()},
        },
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "headers": HEADERS,
            "responses": {
                name: problem(
                    status, text, _DETAILS[status], {header: HEADERS_AT + header.replace("-", "")} if header else {}
                )
                for status, (name, text, header) in _SHARED.items()
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An officer's token. It is a password; make a new one when somebody else saw it.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "dondoc_desk",
                    "description": "The cookie of whoever has signed in at the desk.",
                },
            },
        },
    }


def _question() -> Document:
    day = {"type": ["string", "null"], "format": "date"}
    properties = {
        "plan": {"type": "string", "minLength": 1, "description": "The plan's id."},
        "as_of": {**day, "description": "As known on that day; the calendar's last day if left out."},
        "format": {"type": "string", "enum": list(FORMATS), "default": "json"},
        "compare_to": {**day, "description": "Beside the figures of that day."},
        "compare_plan": {
            "type": ["string", "null"],
            "minLength": 1,
            "description": "Beside the figures of another plan.",
        },
    }
    assert list(properties) == list(ReportQuestion.model_fields)
    return {
        "type": "object",
        "description": "Which report.",
        "properties": properties,
        "required": ["plan"],
        "additionalProperties": False,
    }


def _ask() -> Document:
    asked = {"plan": "qngai-cchc-2023", "as_of": "2023-06-30", "format": "docx"}
    return {
        "operationId": "postReport",
        "summary": "Ask for a report",
        "description": _POST,
        "parameters": [
            {
                "name": CSRF_HEADER,
                "in": "header",
                "required": False,
                "description": "With a session's cookie alone: the session's `csrf`.",
                "schema": {"type": "string"},
            }
        ],
        "requestBody": {"required": True, "content": {JSON: content(ref("ReportQuestion"), half_year=asked)}},
        "responses": {
            "202": {
                "description": "It is being made; see how it is coming along at `Location`.",
                "headers": {"Location": _header("Location"), "Retry-After": _header("RetryAfter")},
                "content": {JSON: content(ref("ReportJob"), waiting=_job(JobState.WAITING))},
            },
            "400": {
                "description": "No question that can be read, or an unknown parameter.",
                "content": {
                    PROBLEM: content(
                        {"anyOf": [ref("QuestionRefused"), ref("Problem")]},
                        question=_refused(400, "plan", "plan is missing"),
                        parameter=body(400, _PARAMETER),
                    )
                },
            },
            "403": problem(403, "Not this officer, or not from there.", _ROLE),
            "413": problem(413, "Too large.", f"the body is larger than {QUESTION_BYTES} bytes; a question is shorter"),
            "415": problem(
                415, "An encoded body.", "the Content-Encoding 'gzip' can't be taken; send the body as it is"
            ),
            "422": {
                "description": "No such report: an unknown plan or format, a day or a comparison that can't be.",
                "content": {PROBLEM: content(ref("QuestionRefused"), **_refusals())},
            },
            **others(401, 408, 429, 500, 503),
        },
    }


def _refusals() -> Document:
    plan = "there is no plan 'qngai-2023'; known: qngai-cchc-2023"
    day = "2030-01-01 has not come: the calendar stands at 2023-11-29; ask for that day or an earlier one"
    itself = "qngai-cchc-2023 as of 2023-11-29 can't be compared with itself; name another day or plan"
    return {
        "plan": _refused(422, "plan", plan, ("qngai-cchc-2023",)),
        "format": _refused(422, "format", f"there is no format 'odt'; choose one of {', '.join(FORMATS)}", FORMATS),
        "day": _refused(422, "as_of", day),
        "comparison": _refused(422, "compare_to", itself),
    }


def _refused(status: int, field: str, detail: str, right: Sequence[str] = ()) -> Document:
    return {**body(status, detail), "errors": [pointed(field, detail, right)]}


def _list() -> Document:
    refused = _refusals()
    plan = {"plan": ({"type": "string"}, True, "Of this plan.", "qngai-cchc-2023")}
    day = {"as_of": ({"type": "string", "format": "date"}, False, "Only those as of this day.", "2023-06-30")}
    one = {
        "plan": "qngai-cchc-2023",
        "as_of": "2023-06-30",
        "format": "docx",
        "sha256": _SHA,
        "size": 81234,
        "issued_at": "2023-07-03T01:12:00Z",
        "issued_by": "can-bo@so-tttt.example",
        "compared_plan": None,
        "compared_as_of": None,
    }
    return {
        "operationId": "getIssuedReports",
        "summary": "See what was issued",
        "description": "Every document that was handed out, by command, over NATS, at the desk or here.",
        "parameters": [
            {"name": n, "in": "query", "required": need, "description": text, "schema": schema, "example": example}
            for n, (schema, need, text, example) in {**plan, **day}.items()
        ],
        "responses": {
            "200": {
                "description": "The newest first.",
                "content": {JSON: content(ref("IssuedReports"), one={"reports": [one], "left_off": 0})},
            },
            "400": problem(400, "No plan, no such day, or an unknown parameter.", "say of which plan: `?plan=…`"),
            "422": {
                "description": "There is no such plan, or there can be no report of it as of that day.",
                "content": {PROBLEM: content(ref("QuestionRefused"), **{n: refused[n] for n in ("plan", "day")})},
            },
            **others(401, 500, 503),
        },
    }


def _see() -> Document:
    shown = {state.value: _job(state) for state in JobState}
    return {
        "operationId": "getReport",
        "summary": "See how a report is coming along",
        "description": _GET,
        "parameters": [_name("id", {"type": "string"}, "As the answer to the question said it.", _ID)],
        "responses": {
            "200": {
                "description": "How it stands.",
                "headers": {"Retry-After": _header("RetryAfter")},
                "content": {JSON: content(ref("ReportJob"), **shown)},
            },
            "400": problem(400, "An unknown parameter.", _PARAMETER),
            "404": problem(404, "Nobody asked for it, or too long ago.", "there is no report 'x'"),
            **others(401, 500, 503),
        },
    }


def _document() -> Document:
    return {
        "operationId": "getReportDocument",
        "summary": "Have a report that is done",
        "description": "The document, once its report is `done`.",
        "parameters": [_name("id", {"type": "string"}, "As the answer to the question said it.", _ID)],
        "responses": {
            **_attached("Nobody asked for it, or too long ago.", "there is no report 'x'"),
            "409": problem(409, "It isn't made yet, or failed.", "the report isn't made yet; ask again in a moment"),
        },
    }


def _again() -> Document:
    named = _name("sha256", {"type": "string", "pattern": SHA256}, "The SHA-256 of its bytes, in lower case.", _SHA)
    return {
        "operationId": "getIssuedReport",
        "summary": "Have again what was issued",
        "description": "The bytes that were handed out.",
        "parameters": [named],
        "responses": _attached("Never issued.", f"no report {_SHA!r} was issued"),
    }


def _attached(unknown: str, detail: str) -> Document:
    tag = {"description": "The SHA-256 of the bytes, in quotes.", "schema": {"type": "string"}}
    name = {"description": "`attachment`, with a file name.", "schema": {"type": "string", "pattern": "^attachment; "}}
    return {
        "200": {
            "description": "The document.",
            "headers": {"ETag": tag, "Content-Disposition": name},
            "content": {kind.partition(";")[0]: {"schema": {}} for kind in MEDIA_TYPES.values()},
        },
        "304": {"description": "You have these bytes: `If-None-Match` names them.", "headers": {"ETag": tag}},
        "400": problem(400, "An unknown parameter.", _PARAMETER),
        "404": problem(404, unknown, detail),
        **others(401, 500, 503),
    }


def _job(state: JobState) -> Document:
    done, failed = state is JobState.DONE, state is JobState.FAILED
    working = progress(Step.DOCUMENT, "docx").model_dump(mode="json") if state is JobState.WORKING else None
    return {
        "id": _ID,
        "state": state.value,
        "plan": "qngai-cchc-2023",
        "as_of": "2023-06-30",
        "format": "docx",
        "compare_to": None,
        "compare_plan": None,
        "asked_by": "can-bo@so-tttt.example",
        "asked_at": "2023-07-03T01:12:00Z",
        "progress": working,
        "document": f"{PREFIX}{REPORTS}/{_ID}/document" if done else None,
        "sha256": _SHA if done else None,
        "size": 81234 if done else None,
        "failure": {"status": 503, "detail": "the view is being rebuilt; try again"} if failed else None,
    }


def _header(name: str) -> Document:
    return {"$ref": HEADERS_AT + name}


def _name(name: str, schema: Document, text: str, example: str) -> Document:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": text,
        "schema": schema,
        "example": example,
    }
