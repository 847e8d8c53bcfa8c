"""The messages of the AsyncAPI document: headers, payload, examples, and what ties a receipt to its event."""

from collections.abc import Sequence
from typing import Any

from deploy.contracts.components import ref
from shared.contracts.base import Event
from shared.contracts.envelope import BINARY_PREFIX, STRUCTURED
from shared.contracts.http_api import JSON
from shared.contracts.outputs import OutputRecorded, OutputRejected, OutputReviewed, OutputSubmitted

Message = dict[str, Any]

# What a channel is for, in words for its reader.
PURPOSE: dict[type[Event], str] = {
    OutputSubmitted: "Post an output. The subject names the agency, and is the only one on which it may publish.",
    OutputRecorded: "The receipt of an event that is recorded.",
    OutputRejected: "The receipt of an event that is refused for good, with every reason.",
    OutputReviewed: "The coordinator accepted an output or sent it back for correction.",
}
# The name of an event's channel and message.
NAMES: dict[type[Event], str] = {event: event.__name__[0].lower() + event.__name__[1:] for event in PURPOSE}

_NO_MESSAGE_ID = (
    "Leave it out, as every header that begins with `Nats-`: an event with one is rejected (`server_header`), and one "
    "that repeats another's within 100 ms is dropped without a receipt. `source` and `id` do what it is for."
)


def messages(events: Sequence[type[Event]], examples: dict[str, Any]) -> dict[str, Message]:
    """By name: each event in structured mode, and what is posted in binary mode as well."""
    made = {NAMES[event]: _structured(event, examples[event.TYPE]) for event in events}
    name = f"{NAMES[OutputSubmitted]}Binary"
    return {**made, name: _binary(OutputSubmitted, name, _postable(examples[OutputSubmitted.TYPE]))}


def _structured(event: type[Event], example: Any) -> Message:
    posted = event is OutputSubmitted
    shown = _postable(example) if posted else example
    message = {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": PURPOSE[event],
        "contentType": STRUCTURED,
        "headers": _posted_headers() if posted else _heard_headers(),
        "payload": ref(event.__name__),
        "examples": [{"name": "golden", "headers": _header_example(shown, posted), "payload": shown}],
    }
    if posted:
        message["correlationId"] = {"description": "With `source`.", "location": "$message.payload#/id"}
    elif event in {OutputRecorded, OutputRejected}:
        location = "$message.payload#/data/submission/id"
        message["correlationId"] = {"description": "The posted event's `id`, with its `source`.", "location": location}
    return message


def _postable(example: Any) -> Any:
    """The event as an agency can post it at once: without the log's own `subject`, and without files, which would have
    to be there before."""
    data = {name: value for name, value in example["data"].items() if name != "evidence"}
    return {**{name: value for name, value in example.items() if name != "subject"}, "data": data}


def _binary(event: type[Event], name: str, example: Any) -> Message:
    needed = ["specversion", "type", "source", "id"]
    attributes = {one: example[one] for one in needed}
    said = "Percent-encoded where it isn't ASCII. Header names in any case."
    headers = {
        f"{BINARY_PREFIX}{one}": {"type": "string", "description": f"The event's `{one}`. {said}"} for one in needed
    }
    headers[f"{BINARY_PREFIX}type"]["const"] = event.TYPE
    headers[f"{BINARY_PREFIX}specversion"]["const"] = "1.0"
    return {
        "name": name,
        "title": f"{event.__name__} in binary mode",
        "summary": f"{PURPOSE[event]} Attributes in headers, `data` as the payload.",
        "contentType": JSON,
        "headers": {
            "type": "object",
            "properties": {**headers, "Nats-Msg-Id": {"type": "string", "description": _NO_MESSAGE_ID}},
            "required": list(headers),
        },
        "payload": ref(f"{event.__name__}Data"),
        "correlationId": {"description": "With `ce-source`.", "location": f"$message.header#/{BINARY_PREFIX}id"},
        "examples": [
            {
                "name": "golden",
                "headers": {f"{BINARY_PREFIX}{one}": value for one, value in attributes.items()},
                "payload": example["data"],
            }
        ],
    }


def _posted_headers() -> Message:
    content_type = {"type": "string", "const": STRUCTURED, "description": "May be left out: structured is the default."}
    return {
        "type": "object",
        "properties": {
            "Content-Type": content_type,
            "Nats-Msg-Id": {"type": "string", "description": _NO_MESSAGE_ID},
        },
    }


def _heard_headers() -> Message:
    return {
        "type": "object",
        "properties": {"Nats-Msg-Id": {"type": "string", "description": "The event's `id`."}},
        "required": ["Nats-Msg-Id"],
    }


def _header_example(example: Any, posted: bool) -> Message:
    return {"Content-Type": STRUCTURED} if posted else {"Nats-Msg-Id": example["id"]}
