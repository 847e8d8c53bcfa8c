"""Outputs: what an integrator posts, and the receipts that answer it."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.base import Event, InSchema, Model
from shared.contracts.duties import OccurrenceKey
from shared.contracts.evidence import MOST_EVIDENCE, Sha256

# Line breaks and control characters break headers, documents and spreadsheets; a note may have its lines.
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# What needs no taking apart: a host of letters, digits, dots and hyphens, no user, no port.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:[/?#]\S*)?")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _one_line(text: str) -> str:
    # What is printable holds none of them, and most text is.
    if (not text.isprintable() and _NOT_IN_A_LINE.search(text)) or not _LETTER_OR_DIGIT.search(text):
        raise PydanticCustomError(
            "one_line", "must be one line of text, with letters or digits and without control characters"
        )
    return text


def _lines(text: str) -> str:
    if _CONTROL_IN_LINES.search(text):
        raise PydanticCustomError("lines", "must be text without control characters")
    return text


def _web_address(url: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = None
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.username
        or re.search(r"\s", url)
    ):
        raise PydanticCustomError("web_address", "must be an address that begins with http:// or https://")
    return url


Line = AfterValidator(_one_line)
Lines = AfterValidator(_lines)
# What a JSON Schema can say of these rules; that a line needs a letter or a digit, it can't say for all readers.
_LINE_PATTERN = InSchema(pattern=rf"^{_NOT_IN_A_LINE.pattern.replace('[', '[^', 1)}*$")
LINES_PATTERN = InSchema(pattern=rf"^{_CONTROL_IN_LINES.pattern.replace('[', '[^', 1)}*$")
_ADDRESS_PATTERN = InSchema(pattern=r"^https?://\S+$")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), Line, _LINE_PATTERN]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Line, _LINE_PATTERN]
Note = Annotated[str, StringConstraints(max_length=2000), Lines, LINES_PATTERN]
WebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    Line,
    AfterValidator(_web_address),
    _ADDRESS_PATTERN,
]


class OutputSubmitted(Event):
    """An agency says that it produced an output. Only `title` and `published_on` are always needed.

    `plan`, `duty` and `period` may be left out where the rest tells them; `period` names an earlier one for a
    make-up. `duration_minutes` is in minutes, with a fraction if need be. An unknown field is refused, so that a
    misspelt one isn't lost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    TYPE: ClassVar[str] = "vn.dondoc.output.submitted.v1"
    SUBJECT: ClassVar[str] = "dondoc.intake.{agency}"

    agency: Annotated[Name | None, Field(description="The agency's id; if given, that of the credential.")] = None
    plan: Annotated[Name | None, Field(description="A plan's id; needed where the output fits several plans.")] = None
    duty: Annotated[
        Name | None, Field(description="A duty's id; else it is the one duty that the agency has on the channel.")
    ] = None
    channel: Annotated[Name | None, Field(description="A channel of the plan; needed where `duty` is left out.")] = None
    period: Annotated[
        Name | None,
        Field(
            description="`2023-W07`, `2023-02`, `2023-Q1` or `2023`; else the one that holds `published_on`. "
            "Name an earlier one to make up for it."
        ),
    ] = None
    title: Annotated[Text, Field(description="One line, as it was published.")]
    published_on: Annotated[date, Field(description="The day on which it was published, in the plan's time zone.")]
    url: Annotated[WebAddress | None, Field(description="Where it can be seen; one address an occurrence.")] = None
    duration_minutes: Annotated[
        Annotated[float, Field(gt=0, le=10_000)] | None, Field(description="Minutes, with a fraction if need be.")
    ] = None
    topics: Annotated[tuple[Name, ...], Field(max_length=50, description="Ids of the plan's topics.")] = ()
    note: Annotated[Note | None, Field(description="Whatever else should be kept; may have several lines.")] = None
    evidence: Annotated[
        tuple[Sha256, ...],
        Field(
            max_length=MOST_EVIDENCE,
            description="Files that show it, posted before to `/v1/evidence`: what the answer calls `evidence`.",
        ),
    ] = ()


class Flag(StrEnum):
    """What an officer should look at; none of them refuses an output."""

    LATE = "late"
    MAKE_UP = "make_up"
    EXTRA = "extra"
    DURATION = "duration"
    REUSE = "reuse"


class Submission(Model):
    """The integrator's own event: CloudEvents `source` and `id`."""

    source: str
    id: str


class OutputRecorded(Event):
    """Receipt: the output is recorded. `agency` posted it; `occurrence` is what it was matched to, None where
    the duty is continuous. `day` is the day on which it was registered."""

    TYPE: ClassVar[str] = "vn.dondoc.output.recorded.v1"
    SUBJECT: ClassVar[str] = "dondoc.output.recorded.{agency}"

    agency: str
    submission: Submission
    output: str
    plan: str
    duty: str
    occurrence: OccurrenceKey | None
    day: date
    title: str
    published_on: date
    channel: str | None = None
    url: str | None = None
    duration_minutes: float | None = None
    topics: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    evidence: tuple[str, ...] = ()


class Reason(Model):
    """One thing that is wrong: a code for programs, the field, a text for people, and what would be right."""

    code: str
    field: str
    message: str
    candidates: tuple[str, ...] = ()


class OutputRejected(Event):
    """Receipt: the event was not recorded, and why. `submission` is None where the bytes held no envelope;
    `excerpt` shows the first characters of what came."""

    TYPE: ClassVar[str] = "vn.dondoc.output.rejected.v1"
    SUBJECT: ClassVar[str] = "dondoc.output.rejected.{agency}"

    agency: str
    submission: Submission | None
    day: date | None
    reasons: tuple[Reason, ...]
    excerpt: str


class OutputReviewed(Event):
    """The coordinator accepted an output or sent it back (`accepted` false: it needs a fix and meets nothing).

    `review` counts the reviews of this output; the highest one holds. `notable` says that the report should name it.
    """

    TYPE: ClassVar[str] = "vn.dondoc.output.reviewed.v1"
    SUBJECT: ClassVar[str] = "dondoc.output.reviewed.{agency}"

    agency: str
    output: str
    occurrence: OccurrenceKey | None
    day: date
    review: int
    accepted: bool
    reviewer: str
    reason: str
    notable: bool = False
