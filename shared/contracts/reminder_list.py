"""What became of the reminders: what notifier answers to `dondoc.notifier.reminders`."""

from datetime import date, datetime
from enum import StrEnum

from shared.contracts.agency_answers import AnswerKind
from shared.contracts.base import Model
from shared.contracts.duties import OccurrenceKey
from shared.contracts.reminders import ReminderItem


class MailState(StrEnum):
    """QUEUED waits, SENDING is on its way, UNKNOWN may have arrived, CANCELLED was no longer needed."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ListedAddress(Model):
    """A mailbox of the digest. `accepted`: a mail server took it for this mailbox; `refused` is the server's answer
    where it did not, for good; `bounced` what came back later."""

    address: str
    carbon_copy: bool = False
    accepted: bool = False
    refused: str | None = None
    bounced: str | None = None


class ListedReminder(Model):
    """A digest: the one mail of a recipient on a day. `reason` is why it isn't sent, or was put off."""

    plan: str
    recipient: str
    name: str
    day: date
    state: MailState
    attempts: int
    next_try: datetime | None
    reason: str
    message_id: str | None
    addresses: tuple[ListedAddress, ...]
    items: tuple[ReminderItem, ...]


class WaitingAnswer(Model):
    """What an agency answered to a reminder, of an occurrence that is still owed.

    `confirm` is the command that excuses it, with its document and approver to fill in; None where nothing but the
    output itself can confirm the answer.
    """

    occurrence: OccurrenceKey
    agency: str
    name: str
    title: str
    day: date
    kind: AnswerKind
    reason: str
    confirm: str | None


class MarkedAddress(Model):
    """An address that isn't mailed any more, since mail to `agency` came back from it for good; `reason` is the
    server's answer, `at` when it was marked."""

    address: str
    plan: str
    agency: str
    name: str
    reason: str
    at: datetime


class Tally(Model):
    """How many digests of a recipient are in each state; states that none is in are left out."""

    recipient: str
    name: str
    last_day: date
    states: dict[MailState, int]


class ReminderList(Model):
    """The newest first; `more` is how many further ones fit the question. `as_of` is the last day that notifier has
    decided, `tallies` are by recipient, `marked` by address, both whatever `state` was asked for."""

    as_of: date | None
    reminders: tuple[ListedReminder, ...]
    more: int
    answers: tuple[WaitingAnswer, ...]
    tallies: tuple[Tally, ...]
    marked: tuple[MarkedAddress, ...]
