"""CloudEvents 1.0 on NATS: structured JSON by default, binary mode accepted, header names in any case.

Source: CloudEvents 1.0.2, NATS protocol binding 1.0.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from shared.contracts.base import Event
from shared.contracts.json_text import NotJson, read_json

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
BINARY_PREFIX = "ce-"
DATA_BASE64 = "data_base64"
_SPECVERSION = f"{BINARY_PREFIX}specversion"

# CloudEvents asks for it; pydantic takes numbers, bare days and times without a zone as well.
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ESCAPED = re.compile(r"\\(.)")
_quoted = json.encoder.encode_basestring  # JSON text that leaves letters as they are

LONGEST_ATTRIBUTE = 256
_A_TIME = 'must be a time with its zone; write it as "2023-02-15T08:00:00+07:00"'
_WRONG = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_unicode": "holds half a character, a lone surrogate",
    "string_too_short": "is empty",
    "blank": "holds nothing but spaces",
    "string_too_long": f"is too long; write at most {LONGEST_ATTRIBUTE} characters",
    "string_pattern_mismatch": "must be text without line breaks and other control characters",
    "no_time": _A_TIME,
}


def _no_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is blank")
    return text


def _as_rfc_3339(given: Any) -> datetime:
    if isinstance(given, datetime):
        return given
    with suppress(ValueError):
        if isinstance(given, str) and _RFC_3339.fullmatch(given):
            return datetime.fromisoformat(given.upper())
    raise PydanticCustomError("no_time", "is no time")


Time = Annotated[datetime, BeforeValidator(_as_rfc_3339)]
Attribute = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_ATTRIBUTE, pattern=r"^[^\x00-\x1f\x7f]+$"),
    AfterValidator(_no_blank),
]


class Name(BaseModel):
    """What names an event: its `source` and `id` together."""

    model_config = ConfigDict(frozen=True)

    source: Attribute
    id: Attribute


class EnvelopeError(ValueError):
    """The bytes are no CloudEvent. `field` names the attribute at fault, or is empty for the whole; `name` is the
    event's where it can be read all the same, so that its sender knows which one it was."""

    def __init__(self, field: str, message: str, name: Name | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.name = name


class CloudEvent(BaseModel):
    """The envelope; `data` is whatever JSON the event type calls for."""

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: Literal["1.0"]
    id: Attribute
    source: Attribute
    type: Attribute
    subject: Attribute | None = None
    time: Time | None = None
    datacontenttype: str | None = None
    data: Any = None


def is_binary(headers: Mapping[str, str]) -> bool:
    """Whether the attributes stand in the headers, the body being the data alone."""
    return any(name.lower() == _SPECVERSION for name in headers)


def parse(raw: bytes, headers: Mapping[str, str] | None = None) -> CloudEvent:
    """Read the envelope from a message's bytes and headers, in structured or binary mode.

    Raises EnvelopeError, with a text for people, for anything that is no CloudEvents 1.0 event.
    """
    body = _json(raw)
    if is_binary(headers or {}):
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        attributes = {
            name.removeprefix(BINARY_PREFIX): _decoded(value)
            for name, value in lowered.items()
            if name.startswith(BINARY_PREFIX)
        }
        if content_type := lowered.get("content-type"):
            attributes["datacontenttype"] = content_type
        attributes["data"] = body
    elif isinstance(body, dict):
        attributes = body
        if DATA_BASE64 in body:
            message = "the output must stand in `data` as JSON; `data_base64` isn't taken in"
            raise EnvelopeError(DATA_BASE64, message, _name(body))
    else:
        raise EnvelopeError("", "the event is not a JSON object: send one CloudEvent, {…}, a message")
    try:
        return CloudEvent.model_validate(attributes)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise EnvelopeError(field, _wrong(first["type"], field, first["input"]), _name(attributes)) from None


def encode(event: Event, *, id: str, source: str, time: datetime) -> bytes:  # noqa: A002
    """The event as a structured-mode CloudEvent, UTF-8 JSON."""
    # Put together by hand: this is done for every receipt.
    return (
        f'{{"specversion":"1.0","id":{_quoted(id)},"source":{_quoted(source)},"type":"{event.TYPE}",'
        f'"subject":{_quoted(event.subject)},"time":"{time.isoformat()}","datacontenttype":"application/json",'
        f'"data":{event.model_dump_json()}}}'
    ).encode()


def _name(attributes: Mapping[str, Any]) -> Name | None:
    try:
        return Name.model_validate(attributes)
    except ValidationError:
        return None


def _json(raw: bytes) -> Any:
    try:
        return read_json(raw, _refuse_constant)
    except NotJson as error:
        raise EnvelopeError("", f"the event {error}") from None


def _decoded(value: str) -> str:
    """A header's value: in quotes or not, with letters that aren't ASCII as they are or percent-encoded.

    Source: CloudEvents HTTP binding 1.0.2, 3.1.3.2, to which the NATS binding refers.
    """
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:-1])
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise EnvelopeError("", f"the header value {value[:100]!r} is percent-encoded, but not as UTF-8") from None


def _refuse_constant(name: str) -> None:
    raise NotJson(f"is not JSON: {name} is no JSON number")


def _wrong(kind: str, field: str, value: object) -> str:
    """What is wrong with an attribute, by the type of pydantic's error, and what would be right."""
    known = _WRONG | {"literal_error": f'is {str(value)[:20]!r}; this is taken in as "1.0" alone'}
    return f"the CloudEvents attribute {field!r} {known.get(kind, 'is not as CloudEvents 1.0 has it')}"
