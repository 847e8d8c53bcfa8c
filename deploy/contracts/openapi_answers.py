"""The answers of the HTTP API by status, each with its schema, headers and an example."""

from http import HTTPStatus
from typing import Any

from deploy.contracts.components import ref
from services.submissions.web.problems import errors_of
from shared.contracts.envelope import STRUCTURED
from shared.contracts.http_api import FILTERS, JSON, PROBLEM
from shared.contracts.http_limits import AGAIN_AFTER_SECONDS, BATCH_EVENTS, EVENT_BYTES, SILENT_SECONDS
from shared.contracts.ledger import State
from shared.contracts.outputs import OutputRecorded, OutputRejected

Answer = dict[str, Any]

HEADERS_AT = "#/components/headers/"
HEADERS: dict[str, Any] = {
    "Location": {
        "description": "Where it can be read again.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "WWWAuthenticate": {"description": "What is asked for.", "schema": {"type": "string", "pattern": "^Bearer"}},
}
NO_PARAMETER = "there is no parameter 'x'; none is needed here"
_SHARED = {
    401: ("Unauthorized", "No token, or one that is unknown, revoked or over.", "WWW-Authenticate", "WWWAuthenticate"),
    408: ("TooSlow", "The body came too slowly; nothing was taken in.", "Retry-After", "RetryAfter"),
    429: (
        "TooFast",
        "Faster than an agency may post and ask, or too much at once; nothing was taken in.",
        "Retry-After",
        "RetryAfter",
    ),
    500: ("Failed", "The service failed on this request; its log says why.", "", ""),
    503: (
        "Away",
        "Not now: a part of the system is away. Nothing is lost; post it again.",
        "Retry-After",
        "RetryAfter",
    ),
}
_DETAILS = {
    401: "the token was revoked or replaced, or has expired; ask the coordinator for a new one",
    408: f"nothing came for {SILENT_SECONDS} s; send it again",
    429: "that is too fast: an agency may post and ask 50 times a second, and 500 after a pause; send it again in 3 s",
    500: "the service failed on this request; its log says why",
    503: f"MongoDB or NATS is away; the same post again is recorded once; send it again in {AGAIN_AFTER_SECONDS} s",
}


def shared() -> dict[str, Answer]:
    """What any request may be answered, by the names in `components`."""
    return {
        name: problem(status, text, _DETAILS[status], {header: HEADERS_AT + component} if header else {})
        for status, (name, text, header, component) in _SHARED.items()
    }


def to_post(examples: dict[str, Any]) -> dict[str, Answer]:
    """201 and 200 are receipts, or 200 is a batch's results; 400 and 422 are refusals."""
    recorded, rejected = examples[OutputRecorded.TYPE], examples[OutputRejected.TYPE]
    location = {"Location": {"$ref": f"{HEADERS_AT}Location"}}
    receipt = {STRUCTURED: content(ref("OutputRecorded"), receipt=recorded)}
    results = {JSON: content(ref("Results"), results={"results": [_taken(recorded), _refused(rejected)]})}
    return {
        "200": {
            "description": "Recorded before: the same receipt, the same bytes. Or a batch: what became of each event.",
            "headers": location,
            "content": {**receipt, **results},
        },
        "201": {"description": "Recorded; the receipt.", "headers": location, "content": receipt},
        "400": _no_event(rejected),
        "413": problem(413, "Too large; nothing of it was taken in.", f"the body is larger than {EVENT_BYTES} bytes"),
        "415": problem(415, "A content type that isn't taken in.", "the Content-Type 'text/plain' can't be taken"),
        "422": {
            "description": "Refused for good: `errors` has every reason, and `receipt` goes to the log.",
            "content": {PROBLEM: content(ref("Rejection"), refused=_rejection(422, rejected))},
        },
        **others(401, 408, 429, 500, 503),
    }


def to_receipt(examples: dict[str, Any]) -> dict[str, Answer]:
    receipt = {"oneOf": [ref("OutputRecorded"), ref("OutputRejected")]}
    told = {"recorded": examples[OutputRecorded.TYPE], "rejected": examples[OutputRejected.TYPE]}
    missing = "there is no receipt 'receipt-0' of dai-ptth"
    return {
        "200": {"description": "The receipt.", "content": {STRUCTURED: content(receipt, **told)}},
        "400": problem(400, "An unknown parameter.", NO_PARAMETER),
        "404": problem(404, "No such receipt of this agency; another's is as unknown.", missing),
        **others(401, 429, 500, 503),
    }


def to_occurrences() -> dict[str, Answer]:
    line = {
        "plan": "qngai-cchc-2023",
        "duty": "III.10b-tv",
        "title": "Chuyên mục truyền hình “Cải cách hành chính” (mẫu)",
        "agency": "dai-ptth",
        "period": "2023-03",
        "start": "2023-03-01",
        "end": "2023-03-31",
        "register_by": "2023-04-07",
        "state": State.OVERDUE.value,
    }
    shown = {"as_of": "2023-04-10", "occurrences": [line]}
    unknown = f"there is no parameter 'statee'; there are {', '.join(FILTERS)}"
    return {
        "200": {"description": "The occurrences.", "content": {JSON: content(ref("OwnOccurrences"), overdue=shown)}},
        "400": problem(400, "An unknown parameter or value, or one that is given twice.", unknown),
        **others(401, 429, 500, 503),
    }


def least(event: dict[str, Any]) -> dict[str, Any]:
    """The same event with no more than it needs."""
    kept = {name: event[name] for name in ("specversion", "id", "source", "type")}
    return {**kept, "id": "2023-W08", "data": {n: event["data"][n] for n in ("title", "published_on", "channel")}}


def _no_event(rejected: dict[str, Any]) -> Answer:
    reason = {
        "code": "bad_envelope",
        "field": "",
        "message": "the event is not JSON at line 1, column 1: a value should stand there: text in double quotes, "
        "a number, true, false, null, […] or {…}",
    }
    data = {**rejected["data"], "submission": None, "reasons": [reason | {"candidates": []}], "excerpt": "<event/>"}
    answers = {
        "single": _rejection(400, {**rejected, "data": data}),
        "batch": body(
            400, f"a batch is a JSON array of CloudEvents, [{{…}}, …], with one at least; {BATCH_EVENTS} at most"
        ),
    }
    return {
        "description": "No CloudEvent at all (refused for good, as with 422), or a batch that is no array of events.",
        "content": {PROBLEM: content({"anyOf": [ref("Rejection"), ref("Problem")]}, **answers)},
    }


def _taken(recorded: dict[str, Any]) -> dict[str, Any]:
    return {"status": 201, "receipt": recorded}


def _refused(rejected: dict[str, Any]) -> dict[str, Any]:
    return {"status": 422, "receipt": rejected, "errors": errors_of(rejected["data"]["reasons"])}


def _rejection(status: int, rejected: dict[str, Any]) -> dict[str, Any]:
    errors = errors_of(rejected["data"]["reasons"])
    detail = "; ".join(error["detail"] for error in errors)
    return {**body(status, detail), "errors": errors, "receipt": rejected}


def others(*statuses: int) -> dict[str, Answer]:
    """References to what any request may be answered."""
    return {str(status): {"$ref": f"#/components/responses/{_SHARED[status][0]}"} for status in statuses}


def problem(status: int, description: str, detail: str, headers: dict[str, str] | None = None) -> Answer:
    """An answer that is a problem, with an example."""
    answer: Answer = {"description": description}
    if headers:
        answer["headers"] = {name: {"$ref": at} for name, at in headers.items()}
    return {**answer, "content": {PROBLEM: content(ref("Problem"), problem=body(status, detail))}}


def body(status: int, detail: str) -> dict[str, Any]:
    """A problem's members."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def content(schema: dict[str, Any], **examples: Any) -> dict[str, Any]:
    """A media type's schema and examples."""
    return {"schema": schema, "examples": {name: {"value": value} for name, value in examples.items()}}
