"""`answer.given`: what an agency answers to a reminder when it has no output to name."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Event
from shared.contracts.duties import OccurrenceKey


class AnswerKind(StrEnum):
    """NOTHING_TO_REPORT (không phát sinh) waits for the coordinator, who confirms it by excusing the occurrence;
    ALREADY_DONE says that the data are wrong. Neither changes the state of the occurrence by itself."""

    NOTHING_TO_REPORT = "nothing_to_report"
    ALREADY_DONE = "already_done"


class AnswerGiven(Event):
    """The agency answered a reminder by a link in it. `mailboxes` are those that the mail with the link went to."""

    TYPE: ClassVar[str] = "vn.dondoc.answer.given.v1"
    SUBJECT: ClassVar[str] = "dondoc.answer.given.{agency}"

    agency: str
    occurrence: OccurrenceKey
    day: date
    kind: AnswerKind
    reason: str
    mailboxes: tuple[str, ...]
