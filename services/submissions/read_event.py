"""From an integrator's bytes to what it submits, or the reasons why it can't be read."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import ConfigDict, ValidationError

from services.submissions.field_errors import reasons
from services.submissions.nesting import nests_deeper
from services.submissions.rules import NoMatch
from shared.contracts.envelope import DATA_BASE64, CloudEvent, EnvelopeError, is_binary, parse
from shared.contracts.http_limits import DEPTH
from shared.contracts.outputs import OutputSubmitted, Reason, Submission

EXCERPT = 300
_ID_LENGTH = 32
_SERVERS = "nats-"
_SHOWN = 100  # characters
# Python and Rust read them as numbers, JSON doesn't know them.
_NO_NUMBER, _NO_LIMIT = b"NaN", b"Infinity"
# Where a name ends, as nearly everybody writes it, and as few do.
_NAME_ENDS, _NAME_ENDS_LATER = b'":', re.compile(rb'"\s+:')
# A second way to give the data, which isn't taken in.
_BASE64 = DATA_BASE64.encode()


class _Submitted(CloudEvent):
    """A structured event in which nothing is wrong, and that says no more than this: envelope and data are read at
    once, in a tenth of the time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Literal["vn.dondoc.output.submitted.v1"]
    data: OutputSubmitted


class Posted(NamedTuple):
    """What an agency posted: the bytes, and `id`, the same for the same event of that agency.

    CloudEvents says that source and id together name an event; where there is no envelope its bytes do. `submitted`
    is the output where it could be read at once, `server_header` the name of a header that is none of the event's.
    """

    agency: str
    raw: bytes
    id: str
    envelope: CloudEvent | None
    fault: EnvelopeError | None
    submitted: OutputSubmitted | None = None
    server_header: str | None = None

    @property
    def submission(self) -> Submission | None:
        name = self.envelope or (self.fault and self.fault.name)
        return Submission(source=name.source, id=name.id) if name else None

    @property
    def excerpt(self) -> str:
        text = self.raw[: EXCERPT * 4].decode("utf-8", "replace")
        return "".join(c if c.isprintable() else "\ufffd" for c in text)[:EXCERPT]


def read_envelope(agency: str, raw: bytes, headers: Mapping[str, str], depth: int = DEPTH) -> Posted:
    """Never raises: what is wrong with the envelope stands in `fault`. `depth`: levels of nesting that are read."""
    servers = server_headers(headers)
    server_header = shown(servers[0]) if servers else None
    try:
        _refuse_deeper(raw, headers, depth)
        envelope = _read_at_once(raw, headers) or parse(raw, headers)
    except EnvelopeError as fault:
        named = sorted((k.lower(), v) for k, v in headers.items() if k.lower().startswith("ce-"))
        identity = _identity(agency.encode(), json.dumps(named).encode(), raw)
        return Posted(agency, raw, identity, None, fault, None, server_header)
    identity = _identity(agency.encode(), envelope.source.encode(), envelope.id.encode())
    submitted = envelope.data if isinstance(envelope, _Submitted) else None
    return Posted(agency, raw, identity, envelope, None, submitted, server_header)


def read_submission(posted: Posted) -> OutputSubmitted:
    """The submitted output; raises NoMatch with a reason for each field that is wrong."""
    if posted.server_header is not None:
        message = f"the header {posted.server_header!r} is for the NATS server; send none that begins with Nats-"
        raise NoMatch(Reason(code="server_header", field=posted.server_header, message=message))
    if posted.submitted is not None:
        return posted.submitted
    if posted.fault is not None or posted.envelope is None:
        fault = posted.fault or EnvelopeError("", "no envelope")
        raise NoMatch(Reason(code="bad_envelope", field=fault.field, message=fault.message))
    envelope = posted.envelope
    if envelope.type != OutputSubmitted.TYPE:
        message = f"the type {envelope.type!r} is not taken in here"
        raise NoMatch(Reason(code="unknown_type", field="type", message=message, candidates=(OutputSubmitted.TYPE,)))
    if not isinstance(envelope.data, dict):
        message = "`data` must be a JSON object with the output's title, published_on, …"
        raise NoMatch(Reason(code="bad_data", field="data", message=message))
    try:
        # Strict, from JSON: a number is no date and no title, and nothing is converted behind the sender's back.
        return OutputSubmitted.model_validate_json(json.dumps(envelope.data), strict=True)
    except ValidationError as error:
        raise NoMatch(*reasons(error)) from None
    except ValueError:
        message = "`data` holds text that JSON can't carry"
        raise NoMatch(Reason(code="bad_data", field="data", message=message)) from None


def server_headers(headers: Mapping[str, str]) -> list[str]:
    """The names of those that are for the NATS server."""
    return sorted(name for name in headers if name.lower().startswith(_SERVERS))


def shown(text: str) -> str:
    """What anybody may have sent, short and fit to print."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:_SHOWN]


def _refuse_deeper(raw: bytes, headers: Mapping[str, str], depth: int) -> None:
    # In binary mode the body is what lies within the event's own object.
    if nests_deeper(raw, depth - is_binary(headers)):
        raise EnvelopeError("", f"the event nests lists and objects more than {depth} levels deep")


def _read_at_once(raw: bytes, headers: Mapping[str, str]) -> _Submitted | None:
    """None where anything is wrong or unusual: then it is read part by part, to say in words what."""
    if is_binary(headers) or any(text in raw for text in (_NO_NUMBER, _NO_LIMIT, _BASE64)):
        return None
    try:
        event = _Submitted.model_validate_json(raw, strict=True)
    except ValidationError:
        return None
    # Of a name that comes twice the last value was read; it shows in that there are more names than fields.
    fields = len(event.model_fields_set) + len(event.data.model_fields_set)
    return event if raw.count(_NAME_ENDS) == fields and not _NAME_ENDS_LATER.search(raw) else None


def _identity(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:_ID_LENGTH]
