"""Who would be mailed what on a day, and why: what notifier answers to `dondoc.notifier.preview`."""

from datetime import date

from shared.contracts.base import Model
from shared.contracts.duties import OccurrenceKey
from shared.contracts.reminders import Rung


class PreviewedItem(Model):
    """An occurrence that the mail would name. `working_days` is how many the day lies after `register_by`, before it
    if negative; `why` says so in words, `answer` what the agency has answered and nobody has confirmed yet."""

    occurrence: OccurrenceKey
    title: str
    rung: Rung
    due: date
    register_by: date
    working_days: int
    why: str
    answer: str | None = None


class PreviewedMail(Model):
    """The digest of a recipient. `unsendable` says why it would fail, where it has no usable address; `mail` is the
    message itself (RFC 5322, ASCII) where it was asked for. The links in it are dead: they would act for the agency.
    `news` is what the mail tells the coordinator besides, in words: answers that wait for it, addresses from which mail
    came back. Of a day gone by it isn't told."""

    recipient: str
    name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    items: tuple[PreviewedItem, ...]
    news: tuple[str, ...] = ()
    unsendable: str | None = None
    mail: str | None = None


class LeftAlone(Model):
    """An occurrence whose turn has come by the ladder, and why nobody would be mailed about it."""

    occurrence: OccurrenceKey
    name: str
    title: str
    register_by: date
    why: str
    answer: str | None = None


class ReminderPreview(Model):
    """Of one plan and day. `handled` is the last day that notifier has decided: days after it are foreseen as if
    nothing more were delivered, those before it are told by what was known when they began, by the plan of now.
    `closed` says why nothing goes out on that day to anybody: a day off, or a quiet period of the plan's."""

    plan: str
    title: str
    as_of: date
    handled: date | None
    mails: tuple[PreviewedMail, ...]
    left_alone: tuple[LeftAlone, ...]
    closed: str | None = None
