"""The consolidated report as of a day, and the event that says that one was handed out.

The same plan and `as_of` give the same bytes, whenever asked: nothing here tells when it was made.
"""

from datetime import date
from typing import ClassVar

from shared.contracts.base import Event, Model
from shared.contracts.duties import ExcuseKind
from shared.contracts.ledger import State
from shared.contracts.narrative import Part
from shared.contracts.outputs import Flag
from shared.contracts.plan import Contact, Count, Frequency, ReportForm

# What a report can be had in; JSON is the contract, the others are made from it.
MEDIA_TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = tuple(MEDIA_TYPES)


class Counts(Model):
    """Occurrences. met + met_late + overdue + excused + open = expected (`open` holds the upcoming as well);
    expected_to_date are those with register_by on or before as_of, less the excused."""

    expected: int = 0
    expected_to_date: int = 0
    met: int = 0
    met_late: int = 0
    overdue: int = 0
    excused: int = 0
    open: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields})


class Totals(Model):
    """What the plan states, and what it only implies: never added up in a report."""

    explicit: Counts
    implied: Counts


class Body(Model):
    """An agency as a report prints it. `abbreviation` is for document numbers."""

    id: str
    name: str
    short_name: str
    abbreviation: str | None = None


# A line reads who it is about, then the counts, then the rest: bases are laid down from the last to the first.
class DutyHead(Model):
    """Which duty a line is about. `performers` are agency ids, in the plan's order."""

    id: str
    clause: str
    title: str
    heading: str
    count: Count
    frequency: Frequency
    lead: str
    performers: tuple[str, ...]
    joint: bool


class GroupHead(Model):
    """A group of duties that the plan puts under one heading; `id` is empty for duties under none."""

    id: str
    title: str


class GroupLine(GroupHead):
    """A heading of the report's part II: the figures of its duties, and their outputs that weren't sent back."""

    totals: Totals
    outputs: int


class DutyLine(Counts, DutyHead):
    """A duty's figures: all its occurrences, and the `outputs` for it that weren't sent back (a continuous duty has
    these alone); `extra` of them came on top of the one that their occurrence asks for."""

    outputs: int
    extra: int


class AgencyHead(Model):
    """Which agency a line is about."""

    id: str
    name: str
    short_name: str
    kind: str
    parent: str | None


class AgencyLine(Counts, AgencyHead):
    """An agency's figures, explicit and implied together, and the two apart in `totals`; `outputs` are those that
    it registered itself and that weren't sent back. A joint occurrence counts under the agency that it stands under."""

    totals: Totals
    outputs: int


class PairHead(Model):
    """Which agency and which duty a line is about."""

    agency: str
    duty: str


class PairLine(Counts, PairHead):
    """What an agency owes of a duty, and the `outputs` for it that it registered itself and that weren't sent back;
    pairs without either have no line."""

    outputs: int


class MonthHead(Model):
    """Which month a line is about, `2023-02`."""

    month: str


class MonthLine(Counts, MonthHead):
    """The occurrences whose period ends in the month, by the plan's own date."""

    totals: Totals


class OccurrenceLine(Model):
    """One occurrence as it stands on as_of. `end` holds extensions, `month` is by the plan's own end; `outputs` is how
    many count, `registered_on` the first registration of these; `flags` are those of all of them, as given when
    registered."""

    plan: str
    duty: str
    agency: str
    period: str
    count: Count
    month: str
    start: date
    end: date
    register_by: date
    state: State
    registered_on: date | None
    outputs: int
    flags: tuple[Flag, ...]
    jointly_with: tuple[str, ...] = ()


class ExcuseLine(Model):
    """An approved document that excuses an occurrence which nobody delivered, or extends one (`kind` None: it must
    exist by `until`)."""

    duty: str
    agency: str
    period: str
    kind: ExcuseKind | None
    until: date | None
    approver: str
    document: str
    reason: str


class OutputLine(Model):
    """One recorded output of the agency that registered it; `period` is None for a continuous duty, `channel` is the
    duty's where the output named none, `needs_fix` if it was sent back. The report only counts them: lists of outputs
    grow without bound, and are read beside it."""

    id: str
    duty: str
    agency: str
    period: str | None
    title: str
    published_on: date
    registered_on: date
    channel: str | None
    url: str | None
    duration_minutes: float | None
    topics: tuple[str, ...]
    flags: tuple[Flag, ...]
    needs_fix: bool


class TopicLine(Model):
    """A content topic of the plan and how many outputs, less those sent back, were tagged with it."""

    id: str
    title: str
    outputs: int


class ChannelLine(Model):
    """A channel and how many outputs, less those sent back, went out on it."""

    id: str
    title: str
    outputs: int


class FlagLine(Model):
    """A remark, and how many outputs that weren't sent back got it when they were registered."""

    id: Flag
    outputs: int


class OutputTotals(Model):
    """All outputs of the plan: `recorded` = `standing` + `sent_back`."""

    recorded: int
    standing: int
    sent_back: int


class NotableLine(Model):
    """An output that an officer found worth naming, with the reason given at the review that says so."""

    id: str
    duty: str
    agency: str
    period: str | None
    title: str
    published_on: date
    channel: str | None
    url: str | None
    reason: str
    reviewer: str


class ReportingLine(Model):
    """An agency that owes the coordinator a report of its own, and how that stands."""

    agency: str
    period: str
    state: State
    registered_on: date | None


class Reporting(Model):
    """Who reported to the coordinator and who didn't, by the plan's `reporting_duty`; None where it has none."""

    duty: str | None
    lines: tuple[ReportingLine, ...]


class NarrativeLine(Model):
    """A part of the report that a person must write. `text` is what was supplied, in the Markdown of NarrativeWritten,
    by whom and on which day; None where nothing was."""

    id: Part
    title: str
    text: str | None
    supplied_by: str | None
    supplied_on: date | None


class ComparedDuty(Counts):
    """A duty of the report that this one is compared with. `id` is what both are matched by."""

    id: str
    outputs: int


class Comparison(Model):
    """Another report's figures beside which this one's are read: of the same plan as of another day, or of another
    plan, such as that of the year before."""

    plan: str
    title: str
    year: int
    as_of: date
    totals: Totals
    outputs: OutputTotals
    duties: tuple[ComparedDuty, ...]


class ConsolidatedReport(Model):
    """Everything that the documents print, but for the list of outputs. Lists are in the plan's order, months in the
    calendar's; occurrences by duty, agency and period."""

    plan: str
    as_of: date
    totals: Totals
    duties: tuple[DutyLine, ...]
    agencies: tuple[AgencyLine, ...]
    months: tuple[MonthLine, ...]
    groups: tuple[GroupLine, ...]
    pairs: tuple[PairLine, ...]
    outputs: OutputTotals
    topics: tuple[TopicLine, ...]
    channels: tuple[ChannelLine, ...]
    flags: tuple[FlagLine, ...]
    reporting: Reporting
    notable: tuple[NotableLine, ...]
    narrative: tuple[NarrativeLine, ...]
    comparison: Comparison | None
    occurrences: tuple[OccurrenceLine, ...]
    excuses: tuple[ExcuseLine, ...]
    title: str
    year: int
    number: str | None
    issued_on: date | None
    revision: int
    coordinator: Body
    recipient: Body
    contact: Contact
    form: ReportForm
    kinds: dict[str, str]
    notes: tuple[str, ...]


class ReportIssued(Event):
    """A document was handed out; `sha256` and `size` (bytes) are of exactly these bytes. `issued_by` is the e-mail
    address of the officer who asked for it, `operator` where it was asked for by command or over NATS, and None in old
    events alone; `compared_plan` and `compared_as_of` say beside which other report its figures stand, if any."""

    TYPE: ClassVar[str] = "vn.dondoc.report.issued.v1"
    SUBJECT: ClassVar[str] = "dondoc.report.issued.{plan}"

    plan: str
    as_of: date
    format: str
    sha256: str
    size: int
    issued_by: str | None = None
    compared_plan: str | None = None
    compared_as_of: date | None = None
