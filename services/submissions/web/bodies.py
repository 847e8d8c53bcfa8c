"""From an HTTP request to the events in it: structured, binary and batch mode.

Source: CloudEvents HTTP binding 1.0.2.
"""

import json
import re
from collections import Counter
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import Request

from services.submissions.nesting import nests_deeper
from shared.contracts.envelope import BATCH, STRUCTURED, is_binary
from shared.contracts.http_api import JSON
from shared.contracts.http_limits import BATCH_EVENTS
from shared.contracts.json_text import NotJson, read_json
from shared.problems import Problem
from shared.settings import Settings

# Levels of nesting that Python reads and writes wherever it is called from.
_READABLE = 400

_NO_BLANK = re.compile(r"\S")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\"';\s]*)", re.IGNORECASE)
UTF_8 = frozenset({"utf-8", "utf8"})

MODES = (
    f"send one event as {STRUCTURED}, up to {BATCH_EVENTS} of them as {BATCH}, "
    f"or its data as {JSON} with the attributes in ce-… headers"
)


class Mode(NamedTuple):
    """How events are posted: one or a batch, the headers that belong to the event, and how many bytes it may be."""

    batch: bool
    headers: dict[str, str]
    limit: int


def mode_of(request: Request, settings: Settings) -> Mode:
    """By the request's headers alone. Raises Problem 415, and 400 where an attribute is told twice."""
    media_type = _media_type(request.headers)
    charset = _CHARSET.search(request.headers.get("content-type", ""))
    if charset and charset[1].lower() not in UTF_8:
        raise Problem(415, f"the Content-Type says charset={charset[1][:40]}; send UTF-8")
    headers = _attributes(request.headers)
    if media_type == BATCH:
        return Mode(True, {}, settings.http_batch_bytes)
    # A client that names no type in binary mode means JSON: the SDKs leave it to the event's own attribute.
    binary = is_binary(headers) and (media_type in {"", JSON} or media_type.endswith("+json"))
    if media_type != STRUCTURED and not binary:
        raise Problem(415, f"the Content-Type {media_type or 'none'!r} can't be taken; {MODES}")
    return Mode(False, headers if binary and media_type != STRUCTURED else {}, settings.http_event_bytes)


def events_in(body: bytes, mode: Mode, settings: Settings) -> list[bytes]:
    """The events' bytes. Raises Problem 400 or 413 for a batch that is none; what is wrong within an event the intake
    says."""
    return _split(body, settings) if mode.batch else [body]


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _attributes(headers: Headers) -> dict[str, str]:
    """What binary mode reads. Letters that aren't ASCII should be percent-encoded; as UTF-8 they are understood too."""
    told = [(name, _text(value)) for name, value in headers.items() if name.startswith("ce-") or name == "content-type"]
    for name, times in Counter(name for name, _ in told).items():
        if times > 1:
            raise Problem(400, f"the header {name[:60]} is given {times} times; send it once")
    return dict(told)


def _text(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _split(body: bytes, settings: Settings) -> list[bytes]:
    # What the reader can't climb down to ends the batch; what is only deeper than it may be is answered by itself.
    if nests_deeper(body, _READABLE):
        raise Problem(
            400, f"an event of the batch nests lists and objects more than {settings.intake_depth} levels deep"
        )
    try:
        # Of a name that comes twice the intake tells at that event: it touches no other.
        events = read_json(body, pairs=None)
    except NotJson as error:
        raise Problem(400, f"the batch {error}") from None
    if not isinstance(events, list) or not events:
        raise Problem(400, "a batch is a JSON array of CloudEvents, [{…}, …], with one at least")
    if len(events) > BATCH_EVENTS:
        raise Problem(413, f"the batch holds {len(events)} events; send {BATCH_EVENTS} at most")
    bodies = _cut(body.decode(), len(events))
    for number, event in enumerate(bodies):
        if len(event) > settings.http_event_bytes:
            raise Problem(
                413, f"the event at /{number} is larger than {settings.http_event_bytes} bytes; make it smaller"
            )
    return bodies


def _cut(text: str, count: int) -> list[bytes]:
    """The elements of an array of so many, each as it was sent."""
    decoder, found = json.JSONDecoder(), []
    at = text.index("[")
    for _ in range(count):
        begin = _behind_blanks(text, at + 1)  # of the bracket, or of a comma
        _, end = decoder.raw_decode(text, begin)
        found.append(text[begin:end].encode())
        at = _behind_blanks(text, end)
    return found


def _behind_blanks(text: str, at: int) -> int:
    found = _NO_BLANK.search(text, at)
    return found.start() if found is not None else len(text)
