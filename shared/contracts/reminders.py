"""Reminders: what was mailed to whom, or could not be."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Event, Model
from shared.contracts.duties import OccurrenceKey


class Rung(StrEnum):
    """The steps of the ladder, in order; each at most once for an occurrence and a recipient."""

    UPCOMING = "upcoming"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    FOR_SIGNATURE = "for_signature"


class ReminderItem(Model):
    """An occurrence that the digest names, and on which rung."""

    occurrence: OccurrenceKey
    rung: Rung


class ReminderSent(Event):
    """A digest was handed to the mail server. `agency` is its recipient."""

    TYPE: ClassVar[str] = "vn.dondoc.reminder.sent.v1"
    SUBJECT: ClassVar[str] = "dondoc.reminder.sent.{agency}"

    agency: str
    plan: str
    day: date
    message_id: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    items: tuple[ReminderItem, ...]


class ReminderFailed(Event):
    """A digest could not be delivered, for good; `reason` is the mail server's answer or ours."""

    TYPE: ClassVar[str] = "vn.dondoc.reminder.failed.v1"
    SUBJECT: ClassVar[str] = "dondoc.reminder.failed.{agency}"

    agency: str
    plan: str
    day: date
    message_id: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    items: tuple[ReminderItem, ...]
    reason: str
