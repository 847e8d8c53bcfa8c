"""The HTTP API of submissions, and the paths of that of reports: its answers, in the one place that code and documents
read; its limits stand beside it, in `http_limits.py`.

What is posted and what a receipt says are events (`outputs.py`); here stands what HTTP adds to them.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.contracts.base import Model
from shared.contracts.http_limits import BATCH_EVENTS
from shared.contracts.imports import ImportOutcome
from shared.contracts.ledger import State

PREFIX = "/v1"
EVENTS = "/events"
RECEIPTS = "/receipts"
OCCURRENCES = "/occurrences"

EVIDENCE = "/evidence"

IMPORTS = "/imports"
TEMPLATE = "/imports/template"

# Of reports, for officers.
REPORTS = "/reports"
ISSUED = "/issued"
CSRF_HEADER = "X-CSRF-Token"

JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROBLEM = "application/problem+json"

FILTERS = ("state", "plan", "duty")

# Of a list of outputs, as XLSX or CSV.
FILE_NAME, DRY_RUN = "name", "dry_run"


class Fault(Model):
    """One thing that is wrong with an event."""

    pointer: Annotated[
        str, Field(description="JSON pointer (RFC 6901) into the event in structured mode; empty for the whole of it.")
    ]
    detail: Annotated[str, Field(description="What is wrong and what would be right, for people.")]
    code: Annotated[str, Field(description="For programs; new codes may be added. All codes: see the guide.")]
    candidates: Annotated[tuple[str, ...], Field(description="What would be right, the likeliest first.")] = ()


class Problem(Model):
    """Why a request isn't done (RFC 9457)."""

    type: Literal["about:blank"]
    title: Annotated[str, Field(description="The status in words, as HTTP has them.")]
    status: Annotated[int, Field(description="The HTTP status again.")]
    detail: Annotated[str, Field(description="What is wrong, where, and what would be right, for people.")]


class Rejection(Problem):
    """Why an event is refused for good. `receipt` is the CloudEvent `vn.dondoc.output.rejected.v1`."""

    errors: tuple[Fault, ...]
    receipt: dict[str, Any]


class WrongMember(Model):
    """One thing that is wrong with a question for a report."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) into the question; empty for the whole of it.")]
    detail: Annotated[str, Field(description="What is wrong and what would be right, for people.")]
    candidates: Annotated[tuple[str, ...], Field(description="What there is to choose from, if that is a list.")] = ()


class QuestionRefused(Problem):
    """Why there is no such report: nobody is to wait for it."""

    errors: tuple[WrongMember, ...]


class FileRefused(Problem):
    """Why nothing of a file is recorded: `detail` is English, `outcome` Vietnamese for its makers, row by row."""

    outcome: ImportOutcome


class Taken(Model):
    """An event of a batch that is recorded. `receipt` is the CloudEvent `vn.dondoc.output.recorded.v1`."""

    status: Annotated[Literal[200, 201], Field(description="200 where it was recorded before.")]
    receipt: dict[str, Any]


class Refused(Model):
    """An event of a batch that is refused for good. `receipt` is the CloudEvent `vn.dondoc.output.rejected.v1`."""

    status: Annotated[Literal[400, 422], Field(description="400 where it is no CloudEvent at all.")]
    receipt: dict[str, Any]
    errors: tuple[Fault, ...]


class Results(Model):
    """The answer to a batch: what became of each event, in the order of the events."""

    results: Annotated[tuple[Taken | Refused, ...], Field(min_length=1, max_length=BATCH_EVENTS)]


class OwnOccurrence(Model):
    """One output that the agency owes, has delivered, or was excused from."""

    plan: str
    duty: str
    title: Annotated[str, Field(description="The duty's, in the plan's words.")]
    agency: Annotated[str, Field(description="Whose it is: another one's where it leads a duty that you owe jointly.")]
    period: Annotated[str, Field(description="`2023-W07`, `2023-02`, `2023-Q1` or `2023`.")]
    start: date
    end: Annotated[date, Field(description="The output must be published by this day; extensions are in it.")]
    register_by: Annotated[date, Field(description="And posted by this one.")]
    state: State


class OwnOccurrences(Model):
    """The agency's occurrences as of the last day of the calendar; `as_of` is null before the first."""

    as_of: date | None
    occurrences: tuple[OwnOccurrence, ...]
