"""Every event of the house by its CloudEvents type, and the way from a message's bytes to the event."""

from collections.abc import Mapping

from shared.contracts.agency_answers import AnswerGiven
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, DutyExcused, DutyExtended, DutyWithdrawn
from shared.contracts.envelope import CloudEvent, EnvelopeError, parse
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.officers import OfficerListed, OfficerTokenChanged
from shared.contracts.outputs import OutputRecorded, OutputRejected, OutputReviewed, OutputSubmitted
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import ReminderFailed, ReminderSent
from shared.contracts.report import ReportIssued

EVENTS: dict[str, type[Event]] = {
    event.TYPE: event
    for event in (
        PlanPublished,
        DutyAssigned,
        DutyWithdrawn,
        DutyExcused,
        DutyExtended,
        CalendarDay,
        OutputSubmitted,
        OutputRecorded,
        OutputRejected,
        OutputReviewed,
        AnswerGiven,
        ReminderSent,
        ReminderFailed,
        ReportIssued,
        NarrativeWritten,
        OfficerListed,
        OfficerTokenChanged,
    )
}


def decode(raw: bytes, headers: Mapping[str, str] | None = None) -> tuple[CloudEvent, Event]:
    """The envelope and the event of a message.

    Raises EnvelopeError for a type that nobody here knows, pydantic's ValidationError for data that don't fit.
    """
    envelope = parse(raw, headers)
    known = EVENTS.get(envelope.type)
    if known is None:
        raise EnvelopeError("type", f"no event of type {envelope.type!r} is known here")
    return envelope, known.model_validate(envelope.data)
