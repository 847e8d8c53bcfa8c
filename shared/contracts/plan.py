"""`plan.published`: a plan's identity, agencies, duties and calendar, resolved and ready to use."""

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import Event, Model
from shared.contracts.reminder_policy import ReminderPolicy


class Frequency(StrEnum):
    """How often a duty is due. A continuous duty has no expected count and is never overdue."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    CONTINUOUS = "continuous"


class Count(StrEnum):
    """Whether the plan states the number of outputs, or only implies one at least."""

    EXPLICIT = "explicit"
    IMPLIED = "implied"
    NONE = "none"


class Agency(Model):
    """A body that performs, directs, coordinates or receives.

    `emails` is where its reminders go, `head_emails` its head's; `parent` the id of the body that directs it.
    The agency exists from `valid_from` to `valid_until`, both days included; None is without bound.
    """

    id: str
    kind: str
    name: str
    short_name: str
    name_en: str | None = None
    abbreviation: str | None = None
    emails: tuple[str, ...] = ()
    head_emails: tuple[str, ...] = ()
    parent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class Duration(Model):
    """The minutes that an output may last without being flagged, both ends included; `text` is the plan's."""

    shortest: float
    longest: float
    text: str


class Duty(Model):
    """One task of the plan. `performers` are agency ids; a `joint` duty is owed once by all of them together,
    and its occurrence stands under the first. `directed` means that each performer's parent directs it.
    `lead` is an agency id or, where every member of a group leads its own part, the group's name to print."""

    id: str
    clause: str
    title: str
    heading: str
    count: Count
    frequency: Frequency
    lead: str
    performers: tuple[str, ...]
    joint: bool = False
    directed: bool = False
    coordinating: tuple[str, ...] = ()
    coordinating_text: str = ""
    channel: str | None = None
    duration: Duration | None = None
    topics: tuple[str, ...] = ()


class Contact(Model):
    """Whom to call at the coordinator, as mails and reports print it."""

    name: str
    phone: str
    email: str


class ReportForm(Model):
    """What the consolidated report prints that no figure can tell (Decree 30/2020, App. I)."""

    place: str
    number_suffix: str
    receivers: tuple[str, ...]
    archive: str


class PlanPublished(Event):
    """A revision of a plan is in force. `number` and `issued_on` are None where they are not known, `reminders` where
    the plan is urged by the usual ladder (the defaults of ReminderPolicy). By `reporting_duty` agencies send their own
    reports to the coordinator; None where the plan asks for none."""

    TYPE: ClassVar[str] = "vn.dondoc.plan.published.v1"
    SUBJECT: ClassVar[str] = "dondoc.plan.published.{plan}"

    plan: str
    revision: int = Field(ge=1)
    day: date
    year: int
    title: str
    number: str | None
    issued_on: date | None
    coordinator: str
    recipient: str
    time_zone: str
    effective_from: date
    chase_from: date
    contact: Contact
    report: ReportForm
    kinds: dict[str, str]
    headings: dict[str, str]
    topics: dict[str, str]
    channels: dict[str, str]
    agencies: tuple[Agency, ...]
    duties: tuple[Duty, ...]
    days_off: tuple[date, ...]
    days_on: tuple[date, ...]
    notes: tuple[str, ...] = ()
    reminders: ReminderPolicy | None = None
    reporting_duty: str | None = None

    # Looked up for each of thousands of mails. What is derived goes with a copy: change a plan by validating it anew.
    @cached_property
    def agency_by_id(self) -> dict[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def duty_by_id(self) -> dict[str, Duty]:
        return {duty.id: duty for duty in self.duties}
