"""Who owes what: assigned, withdrawn, excused, extended.

`revision` is one counter a plan, raised by every change that assignments makes; the highest one wins, so the
order in which the events arrive doesn't matter.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Event, Model


class Occurrence(Model):
    """One expected output. It must exist by `end` and be registered by `register_by`."""

    period: str
    start: date
    end: date
    register_by: date


class OccurrenceKey(Model):
    """plan × duty × agency × period; its text form is the `_id` in every store."""

    plan: str
    duty: str
    agency: str
    period: str

    def __str__(self) -> str:
        return f"{self.plan}/{self.duty}/{self.agency}/{self.period}"


class DutyAssigned(Event):
    """The agency owes these occurrences, new or with changed dates; a continuous duty has none.

    The bodies in `jointly_with` may deliver them as well and are reminded as well.
    """

    TYPE: ClassVar[str] = "vn.dondoc.duty.assigned.v1"
    SUBJECT: ClassVar[str] = "dondoc.duty.assigned.{agency}"

    plan: str
    revision: int
    day: date
    duty: str
    agency: str
    title: str
    jointly_with: tuple[str, ...] = ()
    occurrences: tuple[Occurrence, ...]


class DutyWithdrawn(Event):
    """These periods are no longer owed; with `entirely` the agency has no part in the duty any more."""

    TYPE: ClassVar[str] = "vn.dondoc.duty.withdrawn.v1"
    SUBJECT: ClassVar[str] = "dondoc.duty.withdrawn.{agency}"

    plan: str
    revision: int
    day: date
    duty: str
    agency: str
    periods: tuple[str, ...]
    entirely: bool


class ExcuseKind(StrEnum):
    """Why an occurrence leaves the denominator."""

    NOTHING_TO_REPORT = "nothing_to_report"
    EXEMPTION = "exemption"


class DutyExcused(Event):
    """The occurrence is excused by a document that `approver` approved; `decided_by` is the officer who entered it, by
    e-mail address, or who a command says entered it: `operator` if it says nobody. None in old events alone."""

    TYPE: ClassVar[str] = "vn.dondoc.duty.excused.v1"
    SUBJECT: ClassVar[str] = "dondoc.duty.excused.{agency}"

    plan: str
    revision: int
    day: date
    duty: str
    agency: str
    period: str
    kind: ExcuseKind
    approver: str
    document: str
    reason: str
    decided_by: str | None = None


class DutyExtended(Event):
    """The occurrence's dates move: it must exist by `end` and be registered by `register_by`.

    `approver` and `decided_by` are those of DutyExcused.
    """

    TYPE: ClassVar[str] = "vn.dondoc.duty.extended.v1"
    SUBJECT: ClassVar[str] = "dondoc.duty.extended.{agency}"

    plan: str
    revision: int
    day: date
    duty: str
    agency: str
    period: str
    end: date
    register_by: date
    approver: str
    document: str
    reason: str
    decided_by: str | None = None
