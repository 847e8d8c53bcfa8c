"""From an HTTP request to the events in it: structured, binary and batch mode.

Source: CloudEvents HTTP binding 1.0.2.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from services.submissions.nesting import nests_deeper
from shared.contracts.envelope import BATCH, STRUCTURED, is_binary
from shared.contracts.http_api import BATCH_EVENTS, JSON
from shared.problems import Problem
from shared.settings import Settings

# Levels of nesting that Python reads and writes wherever it is called from.
_READABLE = 400

MODES = (
    f"send one event as {STRUCTURED}, up to {BATCH_EVENTS} of them as {BATCH}, "
    f"or its data as {JSON} with the attributes in ce-… headers"
)


class Events(NamedTuple):
    """The events' bytes, and the headers that belong to all of them."""

    bodies: list[bytes]
    headers: dict[str, str]
    batch: bool


async def read_events(request: Request, settings: Settings) -> Events:
    """Raises Problem 413, 415, or 400 for a batch that is none; what is wrong within an event the intake says."""
    mode = _media_type(request.headers)
    headers = _attributes(request.headers)
    if mode == BATCH:
        return Events(_split(await read_body(request, settings.http_batch_bytes, MODES), settings), {}, batch=True)
    # A client that names no type in binary mode means JSON: the SDKs leave it to the event's own attribute.
    binary = is_binary(headers) and (mode in {"", JSON} or mode.endswith("+json"))
    if mode != STRUCTURED and not binary:
        raise Problem(415, f"the Content-Type {mode or 'none'!r} can't be taken; {MODES}")
    body = await read_body(request, settings.http_event_bytes, MODES)
    return Events([body], headers if mode != STRUCTURED else {}, batch=False)


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _attributes(headers: Headers) -> dict[str, str]:
    """What binary mode reads. Letters that aren't ASCII should be percent-encoded; as UTF-8 they are understood too."""
    return {name: _text(value) for name, value in headers.items() if name.startswith("ce-") or name == "content-type"}


def _text(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def announced(request: Request) -> int:
    """How many bytes the request says that it has; 0 where it doesn't."""
    length = request.headers.get("content-length", "0")
    return int(length[:20]) if length.isdecimal() else 0


async def read_body(request: Request, limit: int, instead: str) -> bytes:
    """The body; raises Problem 413 that says what to do `instead` as soon as it is more than the limit."""
    too_large = Problem(413, f"the body is larger than {limit} bytes; {instead}")
    if announced(request) > limit:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_large
    except ClientDisconnect:
        raise Problem(400, "the connection ended before the body did") from None
    return bytes(body)


def _split(body: bytes, settings: Settings) -> list[bytes]:
    # What the reader can't climb down to ends the batch; what is only deeper than it may be is answered by itself.
    if nests_deeper(body, _READABLE):
        raise Problem(
            400, f"an event of the batch nests lists and objects more than {settings.intake_depth} levels deep"
        )
    try:
        events = json.loads(body)
    except ValueError as error:
        raise Problem(400, f"the batch is not JSON: {error}") from None
    if not isinstance(events, list) or not events:
        raise Problem(400, "a batch is a JSON array of CloudEvents, [{…}, …], with one at least")
    if len(events) > BATCH_EVENTS:
        raise Problem(413, f"the batch holds {len(events)} events; send {BATCH_EVENTS} at most")
    bodies = [_encoded(event) for event in events]
    for number, event in enumerate(bodies):
        if len(event) > settings.http_event_bytes:
            raise Problem(
                413, f"the event at /{number} is larger than {settings.http_event_bytes} bytes; make it smaller"
            )
    return bodies


def _encoded(event: Mapping[str, object]) -> bytes:
    # A lone surrogate is no text; the intake says so when it reads it.
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass")
