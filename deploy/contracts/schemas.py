"""JSON Schemas (2020-12) of whole CloudEvents, envelope and data, from the pydantic contracts.

What integrators post is described as it is checked; what they hear, as it is written: there every field is always
there, and fields may be added.
"""

import re
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.base import Event
from shared.contracts.envelope import CloudEvent
from shared.contracts.outputs import OutputSubmitted
from shared.contracts.registry import EVENTS
from shared.contracts.reminder_list import ReminderList
from shared.contracts.reminder_preview import ReminderPreview
from shared.contracts.report import ConsolidatedReport

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A name, not an address: nothing is fetched from there.
ID = "https://dondoc.example/contracts/schemas/{type}.json"
# What services answer to officers, by the name of the document.
ANSWERS: dict[str, type[BaseModel]] = {
    "consolidated-report": ConsolidatedReport,
    "reminder-list": ReminderList,
    "reminder-preview": ReminderPreview,
}
POSTED: tuple[type[Event], ...] = (OutputSubmitted,)

_TOKEN = re.compile(r"\\{\w+\\}")


class _Plain(GenerateJsonSchema):
    """Without titles that only repeat a field's name; what is written always has all its fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def model_schema(model: type[BaseModel], *, written: bool) -> Schema:
    """The schema of one model, its own models in `$defs`; `written` by us, else read from others."""
    mode: Literal["serialization", "validation"] = "serialization" if written else "validation"
    schema: Schema = _tidy(model.model_json_schema(mode=mode, schema_generator=_Plain))
    if written:
        schema = _without(schema, "default")
    return schema


def event_schema(event: type[Event]) -> Schema:
    """The schema of the CloudEvent with this event as its data: `properties`, `required`, `$defs`."""
    written = event not in POSTED
    data = model_schema(event, written=written)
    description, defs = data.pop("description"), data.pop("$defs", {})
    data.pop("title")
    envelope = _written_envelope(event) if written else _posted_envelope(event)
    schema: Schema = {
        "title": event.__name__,
        "description": description,
        "type": "object",
        "properties": {**envelope, "data": data},
        "required": [*envelope, "data"] if written else ["specversion", "id", "source", "type", "data"],
    }
    return {**schema, "$defs": defs} if defs else schema


def published_schemas(examples: dict[str, Any]) -> dict[str, Schema]:
    """Every event's schema by its type, each a document of its own with an example."""
    return {
        name: {"$schema": DIALECT, "$id": ID.format(type=name), **event_schema(event), "examples": [examples[name]]}
        for name, event in EVENTS.items()
    }


def answer_schemas() -> dict[str, Schema]:
    """The schema of each answer that officers' own programs may read."""
    return {
        name: {"$schema": DIALECT, "$id": ID.format(type=name), **model_schema(model, written=True)}
        for name, model in ANSWERS.items()
    }


def _posted_envelope(event: type[Event]) -> Schema:
    """As `CloudEvent` takes it; attributes of the sender's own may stand beside these."""
    taken = model_schema(CloudEvent, written=False)["properties"]
    described = {
        "specversion": "The version of CloudEvents.",
        "id": "Together with `source` it names the event: posted again, it gets the same receipt.",
        "source": "Your system, for instance its address.",
        "subject": "Anything you like; we don't read it.",
        "time": "When it happened for you; we don't read it. The day that counts is the one on which we get it.",
        "datacontenttype": "`application/json`.",
    }
    envelope = {name: {**taken[name], "description": text} for name, text in described.items()}
    kind = {"const": event.TYPE, "type": "string", "description": "The type, with its version."}
    return {"specversion": envelope["specversion"], "type": kind, **envelope}


def _written_envelope(event: type[Event]) -> Schema:
    """As `encode` writes it."""
    subject = f"^{_TOKEN.sub('.+', re.escape(event.SUBJECT))}$"
    return {
        "specversion": {"const": "1.0", "type": "string", "description": "The version of CloudEvents."},
        "id": {
            "type": "string",
            "minLength": 1,
            "description": "Names the event; who hears it twice knows it by this.",
        },
        "source": {"type": "string", "minLength": 1, "description": "The service that tells it, `/dondoc/…`."},
        "type": {"const": event.TYPE, "type": "string", "description": "The type, with its version."},
        "subject": {"type": "string", "pattern": subject, "description": "The subject in the log."},
        "time": {"type": "string", "format": "date-time", "description": "When it was written, in UTC."},
        "datacontenttype": {"const": "application/json", "type": "string", "description": "What `data` is."},
    }


def _tidy(node: Any) -> Any:
    """Descriptions in JSON's words, without the line breaks of the source; paragraphs stay."""
    if isinstance(node, dict):
        return {k: _joined(v) if k == "description" and isinstance(v, str) else _tidy(v) for k, v in node.items()}
    return [_tidy(item) for item in node] if isinstance(node, list) else node


def _joined(text: str) -> str:
    text = re.sub(r"\bNone\b", "null", text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _without(node: Any, keyword: str) -> Any:
    if isinstance(node, dict):
        kept = {k: v for k, v in node.items() if k != keyword or not _is_keyword(node)}
        return {k: _without(v, keyword) for k, v in kept.items()}
    return [_without(item, keyword) for item in node] if isinstance(node, list) else node


def _is_keyword(node: Schema) -> bool:
    """Whether this is a schema rather than a map of properties by name."""
    return any(word in node for word in ("type", "anyOf", "$ref", "allOf", "enum", "const"))
