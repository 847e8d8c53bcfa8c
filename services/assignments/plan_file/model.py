"""The plan file's shape. Meaning that spans several fields is checked in `checks`.

A description is what an error offers when the field is missing.
"""

from typing import Annotated

from pydantic import Field

from services.assignments.plan_file.entry import Entry
from services.assignments.plan_file.reminders import RemindersEntry
from services.assignments.plan_file.scalars import Day, DayOrUnknown, Mailbox, Name, Text, Token
from shared.contracts.plan import Count, Frequency

FREQUENCIES = f"one of {', '.join(Frequency)}"
COUNTS = f"one of {', '.join(Count)}"
WORKING_DAYS = "a number of working days from 0 to 60"
RegisterWithin = Annotated[int, Field(ge=0, le=60, description=WORKING_DAYS)]
Minutes = Annotated[float, Field(gt=0, le=10_000, description="minutes, more than 0")]


class Members(Entry):
    """Agencies by group and by id, in that order, less the excepted. `text` is for those that have no id."""

    groups: tuple[Name, ...] = ()
    agencies: tuple[Token, ...] = ()
    excepted: tuple[Token, ...] = Field((), alias="except")


class Coordinating(Members):
    """Who coordinates; `text` names those that the plan doesn't name one by one."""

    text: Text | None = None


class Group(Entry):
    """Every agency of the kinds, in the registry's order, then the agencies."""

    name: Text
    kinds: tuple[Name, ...] = ()
    agencies: tuple[Token, ...] = ()


class AgencyEntry(Entry):
    """An agency of the registry; see shared.contracts.plan.Agency."""

    id: Token = Field(description="an id of its own, as in so-noi-vu")
    kind: Name = Field(description="a key of `kinds`")
    name: Text
    short_name: Text
    name_en: Text | None = None
    abbreviation: Text | None = None
    emails: tuple[Mailbox, ...] = ()
    head_emails: tuple[Mailbox, ...] = ()
    parent: Token | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None


class Window(Entry):
    """The days, both included, outside which the duty owes nothing; a period that reaches out is clipped."""

    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="until")


class DurationEntry(Entry):
    """`nominal` minutes (flagged beyond ±20 %), or from … to inclusive; `text` as the plan puts it."""

    nominal: Minutes | None = None
    shortest: Minutes | None = Field(None, alias="from")
    longest: Minutes | None = Field(None, alias="to")
    text: Text = Field(description='the plan\'s words, as in "10–15 phút"')


class DutyEntry(Entry):
    """One task of the plan. `lead` is an agency, or a group each of whose members leads its own part."""

    id: Name = Field(description="an id of its own, as in III.10b-radio")
    clause: Text = Field(description="the clause of the plan, as in III.10b")
    title: Text
    heading: Name = Field(description="a key of `headings`")
    count: Count = Field(description=COUNTS)
    frequency: Frequency = Field(description=FREQUENCIES)
    lead: Name = Field(description="an agency's or a group's id")
    performers: Members = Field(description="`{groups: […], agencies: […], except: […]}`")
    joint: bool = False
    directed: bool = False
    coordinating: Coordinating = Coordinating()
    channel: Name | None = None
    duration: DurationEntry | None = None
    topics: tuple[Name, ...] = ()
    window: Window | None = None
    periods: tuple[str, ...] | None = None
    register_within: RegisterWithin | None = None


class Holidays(Entry):
    """A country's public holidays, and days that this plan has off or works besides."""

    country: Text = Field(description="a country's ISO code, as in VN")
    off: tuple[Day, ...] = ()
    on: tuple[Day, ...] = ()


class ContactEntry(Entry):
    """Whom to call at the coordinator."""

    name: Text
    phone: Text
    email: Mailbox


class ReportEntry(Entry):
    """What the consolidated report prints that no figure can tell (Decree 30/2020, App. I)."""

    place: Text
    number_suffix: Text
    receivers: tuple[Text, ...]
    archive: Text


class PlanHead(Entry):
    """The plan's identity and vocabulary: all but its agencies and duties."""

    id: Token = Field(description="an id of its own, as in tinh-cchc-2023")
    year: int = Field(ge=2000, le=2100, description="a year, as in 2023")
    title: Text
    number: Text = Field(description="the document's number, or the word unknown")
    issued_on: DayOrUnknown = Field(description="the document's date, as in 2023-01-31, or the word unknown")
    coordinator: Token = Field(description="an agency's id")
    recipient: Token = Field(description="an agency's id")
    time_zone: str = Field(description="an IANA time zone, as in Asia/Ho_Chi_Minh")
    effective_from: Day = Field(description="a date, as in 2023-01-01")
    chase_from: Day = Field(description="a date, as in 2023-01-01")
    register_within: RegisterWithin = 5
    contact: ContactEntry
    report: ReportEntry
    holidays: Holidays
    kinds: dict[Name, Text]
    groups: dict[Name, Group]
    headings: dict[Name, Text]
    topics: dict[Name, Text] = Field(default_factory=dict)
    channels: dict[Name, Text] = Field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    reminders: RemindersEntry = RemindersEntry()
    reporting_duty: Name | None = Field(None, description="the id of the duty by which agencies report, as in RPT")


class PlanFile(PlanHead):
    """A whole plan, as people write it. `model_dump(mode="json")` keeps it, `model_validate` reads it back."""

    agencies: Annotated[tuple[AgencyEntry, ...], Field(min_length=1, description="the agency registry, a list")]
    duties: Annotated[tuple[DutyEntry, ...], Field(min_length=1, description="the plan's duties, a list")]

    def duty(self, duty: str) -> DutyEntry | None:
        """The duty of that id."""
        return next((entry for entry in self.duties if entry.id == duty), None)
