"""OpenAPI 3.1 of the HTTP API, from `shared/contracts/http_api.py` and the events."""

from typing import Any

from deploy.contracts import openapi_answers as answers
from deploy.contracts.components import Components, ref
from deploy.contracts.openapi_evidence import LIMITS, get_evidence, post_evidence
from deploy.contracts.openapi_files import get_template, post_import
from shared.contracts.envelope import BATCH, STRUCTURED
from shared.contracts.evidence import KeptEvidence
from shared.contracts.http_api import (
    EVENTS,
    EVIDENCE,
    FILTERS,
    IMPORTS,
    JSON,
    OCCURRENCES,
    PREFIX,
    RECEIPTS,
    TEMPLATE,
    FileRefused,
    OwnOccurrences,
    Problem,
    Refused,
    Rejection,
    Results,
    Taken,
)
from shared.contracts.http_limits import (
    AT_ONCE,
    BATCH_BYTES,
    BATCH_EVENTS,
    BODY_SECONDS,
    DEPTH,
    EVENT_BYTES,
    FILE_BYTES,
    IMPORTS_AT_ONCE,
    LISTS_AT_ONCE,
    SAVED_SECONDS,
    SILENT_SECONDS,
)
from shared.contracts.imports import ImportOutcome
from shared.contracts.ledger import State
from shared.contracts.outputs import OutputRecorded, OutputRejected, OutputSubmitted
from shared.settings import Settings

Document = dict[str, Any]

VERSION = "1.0.0"
_RATE = Settings.model_fields["http_rate"].default

_INTRODUCTION = f"""\
An agency's own system posts an event for each output that it publishes, and gets a receipt.

The agency is the token's. Every error is `application/problem+json` (RFC 9457) with a text that says what is wrong and
what would be right. Times are UTC, days are those of the plan's time zone. Answers may get further fields: pass over
those that you don't know.

| limit | |
|---|---|
| one event | {EVENT_BYTES:,} bytes |
| a batch | {BATCH_BYTES:,} bytes, {BATCH_EVENTS} events |
| a file to import | {FILE_BYTES:,} bytes |
{LIMITS}
| nesting | {DEPTH} levels of lists and objects |
| rate | {_RATE} events and other requests a second of an agency; {SAVED_SECONDS} seconds' worth at once |
| at once | {AT_ONCE * BATCH_BYTES:,} bytes of an agency in requests that aren't answered yet; \
{IMPORTS_AT_ONCE} file to import; {LISTS_AT_ONCE} questions for its occurrences |
| time | {SILENT_SECONDS} s in which nothing comes; {BODY_SECONDS} s for a body, but for evidence |

An operator may have set other figures; the answer that refuses names the one that holds.

Times out, or the connection breaks? Post the same event again: by `source` and `id` it is recorded once, and the answer
is the same."""

_POST = f"""\
Three modes of CloudEvents 1.0 (HTTP binding):

- **structured**, `{STRUCTURED}`: the body is one event.
- **binary**, `{JSON}`: the body is the event's `data`; its attributes are in `ce-` headers, percent-encoded where they
  aren't ASCII.
- **batch**, `{BATCH}`: a JSON array of 1 to {BATCH_EVENTS} structured events. Each stands by itself, so the answer
  is 200 though some may be refused: look at each result's `status`.

An event that was refused has its receipt for good: a corrected one needs a new `id`."""


def openapi(examples: dict[str, Any]) -> Document:
    """The document; `examples` are the golden events by type."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Đôn đốc: outputs over HTTP",
            "version": VERSION,
            "summary": "Post outputs, read receipts, see what is owed.",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {
                "url": "https://{host}",
                "description": "Where the coordinator says.",
                "variables": {"host": {"default": "dondoc.example", "description": "The coordinator's server."}},
            },
            {"url": "http://127.0.0.1:8102", "description": "On the same machine, as `dondoc up` has it."},
        ],
        "security": [{"token": []}],
        "paths": {
            f"{PREFIX}{EVENTS}": {"post": _post_events(examples)},
            f"{PREFIX}{RECEIPTS}/{{id}}": {"get": _get_receipt(examples)},
            f"{PREFIX}{OCCURRENCES}": {"get": _get_occurrences()},
            f"{PREFIX}{IMPORTS}": {"post": post_import()},
            f"{PREFIX}{TEMPLATE}": {"get": get_template()},
            f"{PREFIX}{EVIDENCE}": {"post": post_evidence()},
            f"{PREFIX}{EVIDENCE}/{{sha256}}": {"get": get_evidence()},
        },
        "components": {
            "schemas": _schemas(),
            "headers": answers.HEADERS,
            "responses": answers.shared(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The agency's token: `dondoc_` and 43 characters, from `dondoc agency add AGENCY`. "
                    "It is a password; ask for a new one when somebody else saw it.",
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    components = Components()
    for event in (OutputSubmitted, OutputRecorded, OutputRejected):
        components.add_event(event)
    for model in (Problem, Rejection, Results, OwnOccurrences, ImportOutcome, FileRefused, KeptEvidence):
        components.add_model(model)
    components.say_field(Taken, "receipt", ref("OutputRecorded"))
    for refusal in (Refused, Rejection):
        components.say_field(refusal, "receipt", ref("OutputRejected"))
    return dict(sorted(components.schemas.items()))


def _post_events(examples: dict[str, Any]) -> Document:
    event = examples[OutputSubmitted.TYPE]
    batch = {"type": "array", "items": ref("OutputSubmitted"), "minItems": 1, "maxItems": BATCH_EVENTS}
    return {
        "operationId": "postEvents",
        "summary": "Post one event, or a batch",
        "description": _POST,
        "parameters": [_attribute(name) for name in ("specversion", "type", "source", "id")],
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: _content(ref("OutputSubmitted"), {"whole": event, "least": answers.least(event)}),
                JSON: _content(ref("OutputSubmittedData"), {"data": event["data"]}),
                BATCH: _content(batch, {"two": [event, answers.least(event)]}),
            },
        },
        "responses": answers.to_post(examples),
    }


def _get_receipt(examples: dict[str, Any]) -> Document:
    return {
        "operationId": "getReceipt",
        "summary": "Read a receipt again",
        "description": "The receipt as it was first told, byte for byte; its path came in `Location`.",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "The receipt's `id`.",
                "schema": {"type": "string"},
                "example": examples[OutputRecorded.TYPE]["id"],
            }
        ],
        "responses": answers.to_receipt(examples),
    }


def _get_occurrences() -> Document:
    described = {
        "state": ({"type": "string", "enum": list(State)}, "Only those in this state.", "overdue"),
        "plan": ({"type": "string"}, "Only those of this plan.", "qngai-cchc-2023"),
        "duty": ({"type": "string"}, "Only those of this duty.", "III.10b-tv"),
    }
    return {
        "operationId": "getOccurrences",
        "summary": "See what the agency owes",
        "description": "All of the agency's occurrences and their state, as of the last day of the calendar.",
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema, "example": example}
            for name in FILTERS
            for schema, text, example in (described[name],)
        ],
        "responses": answers.to_occurrences(),
    }


def _attribute(name: str) -> Document:
    return {
        "name": f"ce-{name}",
        "in": "header",
        "required": False,
        "description": f"Binary mode alone, and needed there: the event's `{name}`.",
        "schema": {"type": "string"},
    }


def _content(schema: Document, examples: dict[str, Any]) -> Document:
    return {"schema": schema, "examples": {name: {"value": value} for name, value in examples.items()}}
