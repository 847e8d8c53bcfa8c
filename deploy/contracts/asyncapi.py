"""AsyncAPI 3.0 of what an integrator sends and hears on NATS, as seen by its own application.

One channel an event type, on the subject of the event's class as agencies see it; `receipts` beside them is where the
answer to a posted event comes.
"""

from typing import Any

from deploy.contracts.asyncapi_messages import NAMES, PURPOSE, messages
from deploy.contracts.components import Components
from deploy.identity.configuration import seen_by_agencies
from shared.contracts.base import Event
from shared.contracts.http_limits import DEPTH
from shared.contracts.outputs import OutputRecorded, OutputRejected, OutputReviewed, OutputSubmitted

Document = dict[str, Any]

VERSION = "1.0.0"
RECEIPTS: tuple[type[Event], ...] = (OutputRecorded, OutputRejected)
HEARD: tuple[type[Event], ...] = (
    *RECEIPTS,
    OutputReviewed,
)

EVERY: tuple[type[Event], ...] = (OutputSubmitted, *HEARD)

_INTRODUCTION = """\
**Whose view:** this document describes the integrator's own application, the one at a newspaper, a broadcaster or an
office. Where it says *send*, the integrator publishes and Đôn đốc takes in; where it says *receive*, the integrator
subscribes and Đôn đốc tells.

An integrator posts an event for each output and hears exactly one receipt for it, recorded or rejected. A receipt may
be heard more than once, always the same bytes. Events are CloudEvents 1.0; what is heard is in structured mode, what
is posted may be in binary mode too, with header names in any case.

Every event that is heard may get further fields, and a reason's `code` further values: pass over those that you don't
know. A breaking change is a new type, `….v2`, told beside the old one for one release."""

_PARAMETERS = {
    "agency": {"description": "The agency's id in the plan; that of the credential.", "examples": ["dai-ptth"]},
}
_OUTCOME = {"description": "What became of the event.", "enum": ["recorded", "rejected"]}


def asyncapi(examples: dict[str, Any]) -> Document:
    """The document; `examples` are the golden events by type."""
    components = Components()
    for event in EVERY:
        components.add_event(event)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:dondoc:integrator",
        "info": {
            "title": "Đôn đốc: outputs over NATS",
            "version": VERSION,
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": {"nats": _server()},
        "channels": _channels(),
        "operations": _operations(),
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "messages": messages(EVERY, examples),
            "parameters": _PARAMETERS,
            "securitySchemes": {"nkey": _nkey()},
        },
    }


def _server() -> Document:
    return {
        "host": "{host}:{port}",
        "protocol": "nats",
        "description": "nats-server 2.12 or newer, with JetStream.",
        "variables": {
            "host": {"default": "nats.dondoc.example", "description": "The coordinator's server."},
            "port": {"default": "4222", "description": "The port for clients."},
        },
        "security": [{"$ref": "#/components/securitySchemes/nkey"}],
    }


def _nkey() -> Document:
    return {
        "type": "asymmetricEncryption",
        "description": "An nkey user (Ed25519): the server sends a nonce, the client signs it with its seed, which "
        "itself never leaves the client. A client library takes the seed as `nkeys_seed` or the like. It opens the "
        "agency's own subjects and no others, so set the client's inbox prefix to `_INBOX_AGENCY`: answers come there.",
    }


def _channels() -> Document:
    channels = {NAMES[event]: _channel(event) for event in EVERY}
    names = [NAMES[event] for event in RECEIPTS]
    channels["receipts"] = {
        "address": seen_by_agencies("dondoc.output.{outcome}.{agency}"),
        "title": "Receipts",
        "description": "Where the answer to a posted event comes: subscribe before you post, to "
        "`receipts.AGENCY.*`, and take the receipt whose `data.submission` has your `source` and `id`.",
        "messages": {name: _at("messages", name) for name in names},
        "parameters": {"outcome": _OUTCOME, "agency": _at("parameters", "agency")},
    }
    return channels


def _channel(event: type[Event]) -> Document:
    parameter = event.SUBJECT.rpartition("{")[2].rstrip("}")
    name = NAMES[event]
    held = [name, f"{name}Binary"] if event is OutputSubmitted else [name]
    return {
        "address": seen_by_agencies(event.SUBJECT),
        "title": event.__name__,
        "description": PURPOSE[event],
        "messages": {one: _at("messages", one) for one in held},
        "parameters": {parameter: _at("parameters", parameter)},
    }


def _operations() -> Document:
    channel, inside = NAMES[OutputSubmitted], "#/channels/{}/messages/{}"
    post = {
        "action": "send",
        "title": "Post an output",
        "summary": "The integrator publishes; the receipt comes on a subject of its own.",
        "description": "Publish with acknowledgement (JetStream): the server's answer says that the event is stored. "
        "What is refused there, for instance because it is larger than 1 MiB with its headers, gets no receipt. "
        f"JSON that is nested deeper than {DEPTH} levels is rejected, unless the operator set another limit "
        "(`DONDOC_INTAKE_DEPTH`); how many events a second are posted isn't limited here.",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": inside.format(channel, name)} for name in (channel, f"{channel}Binary")],
        "reply": {
            "channel": {"$ref": "#/channels/receipts"},
            "messages": [{"$ref": inside.format("receipts", NAMES[event])} for event in RECEIPTS],
        },
    }
    hear = {
        f"hear{event.__name__}": {
            "action": "receive",
            "title": f"Hear {event.__name__}",
            "summary": f"Đôn đốc tells, the integrator subscribes: {event.TYPE}.",
            "channel": {"$ref": f"#/channels/{NAMES[event]}"},
            "messages": [{"$ref": inside.format(NAMES[event], NAMES[event])}],
        }
        for event in HEARD
    }
    return {"postOutput": post, **hear}


def _at(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}
