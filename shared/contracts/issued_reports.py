"""What was handed out of the consolidated report, and how a report that somebody asks for is coming along."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.base import Model
from shared.contracts.evidence import Sha256
from shared.contracts.report import FORMATS

# The newest; how many older ones there are is told.
MOST_LISTED = 1_000

Format = Annotated[str, Field(json_schema_extra={"enum": list(FORMATS)})]


class IssuedReport(Model):
    """A document that was handed out, and can be had again."""

    plan: str
    as_of: date
    format: Format
    sha256: Annotated[Sha256, Field(description="Of its bytes: what it is found by.")]
    size: Annotated[int, Field(description="Bytes.")]
    issued_at: Annotated[datetime, Field(description="When it was handed out first.")]
    issued_by: Annotated[
        str | None, Field(description="The officer's e-mail address; `operator` by command or NATS; none in old ones.")
    ]
    compared_plan: Annotated[str | None, Field(description="Beside which plan's figures its own stand, if any.")]
    compared_as_of: date | None


class IssuedReports(Model):
    """The newest first; `left_off` is how many older ones there are: name an `as_of` to see those of one day."""

    reports: tuple[IssuedReport, ...]
    left_off: int


class Step(StrEnum):
    """What is done for a report, in this order; `outputs` only where the document lists them."""

    LOG = "log"
    FIGURES = "figures"
    OUTPUTS = "outputs"
    DOCUMENT = "document"
    KEEPING = "keeping"


STEPS = tuple(Step)


class Progress(Model):
    """How far a report has come: it is at `step`, the `number`th `of` so many. `done` of `all` outputs are read."""

    step: Step
    number: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=1)]
    done: int | None = None
    all: int | None = None
    en: Annotated[str, Field(description="What is being done, for people, in English.")]
    vi: Annotated[str, Field(description="The same in Vietnamese.")]


class JobState(StrEnum):
    """`waiting` and `working` pass by themselves; the others stay."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class JobFailure(Model):
    """Why there is no document: `status` as HTTP has it (422: the question is wrong; 503: ask again; 500: our fault),
    `detail` for people."""

    status: Literal[422, 500, 503]
    detail: str


class ReportJob(Model):
    """A report that an officer asked for. `document` is its path when it is done; then `as_of` is the report's day."""

    id: str
    state: JobState
    plan: str
    as_of: date | None
    format: Format
    compare_to: date | None
    compare_plan: str | None
    asked_by: str
    asked_at: datetime
    progress: Progress | None
    document: str | None = None
    sha256: str | None
    size: int | None
    failure: JobFailure | None
