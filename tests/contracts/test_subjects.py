"""Where each event stands in the log: the subjects of the design, and who may read them."""

import pytest

from shared import topology
from shared.contracts.base import Event
from shared.contracts.outputs import OutputSubmitted
from shared.contracts.registry import EVENTS
from tests.contracts.golden import golden

# From docs of the architecture: the subject of each event, its last token in braces.
DESIGNED = {
    "vn.dondoc.output.submitted.v1": "dondoc.intake.{agency}",
    "vn.dondoc.plan.published.v1": "dondoc.plan.published.{plan}",
    "vn.dondoc.duty.assigned.v1": "dondoc.duty.assigned.{agency}",
    "vn.dondoc.duty.excused.v1": "dondoc.duty.excused.{agency}",
    "vn.dondoc.duty.extended.v1": "dondoc.duty.extended.{agency}",
    "vn.dondoc.duty.withdrawn.v1": "dondoc.duty.withdrawn.{agency}",
    "vn.dondoc.calendar.day.v1": "dondoc.calendar.day.{date}",
    "vn.dondoc.output.recorded.v1": "dondoc.output.recorded.{agency}",
    "vn.dondoc.output.rejected.v1": "dondoc.output.rejected.{agency}",
    "vn.dondoc.output.reviewed.v1": "dondoc.output.reviewed.{agency}",
    "vn.dondoc.answer.given.v1": "dondoc.answer.given.{agency}",
    "vn.dondoc.reminder.sent.v1": "dondoc.reminder.sent.{agency}",
    "vn.dondoc.reminder.failed.v1": "dondoc.reminder.failed.{agency}",
    "vn.dondoc.report.issued.v1": "dondoc.report.issued.{plan}",
    "vn.dondoc.narrative.written.v1": "dondoc.narrative.written.{plan}",
    "vn.dondoc.officer.listed.v1": "dondoc.officer.listed.{officer}",
    "vn.dondoc.officer.token_changed.v1": "dondoc.officer.token_changed.{officer}",
}


def _holds(pattern: str, subject: str) -> bool:
    tokens, given = pattern.split("."), subject.split(".")
    return len(tokens) == len(given) and all(p in {"*", g} for p, g in zip(tokens, given, strict=True))


def _streams(subject: str) -> list[str | None]:
    return [s.name for s in topology.STREAMS for p in s.subjects or () if ">" not in p and _holds(p, subject)]


def test_subjects_are_those_of_the_design() -> None:
    """No event stands on another subject than the one that integrators and permissions were told of."""
    assert {event_type: event.SUBJECT for event_type, event in EVENTS.items()} == DESIGNED


@pytest.mark.parametrize("event", EVENTS.values())
def test_an_events_subject_is_made_of_its_own_fields(event: type[Event]) -> None:
    """The golden envelope names the subject on which that very event is published."""
    written = golden(event.TYPE)
    assert event.model_validate(written["data"]).subject == written["subject"]


@pytest.mark.parametrize("event", EVENTS.values())
def test_exactly_one_stream_holds_each_event(event: type[Event]) -> None:
    """All facts go into one log; what integrators post stays apart from it."""
    expected = topology.INTAKE if event is OutputSubmitted else topology.EVENTS
    assert _streams(golden(event.TYPE)["subject"]) == [expected]


@pytest.mark.parametrize("event", EVENTS.values())
def test_what_the_log_holds_is_known_without_asking_the_server(event: type[Event]) -> None:
    """As the stream is declared: a fact that is added there is never taken for one that the log refuses for good."""
    assert topology.is_of_the_log(golden(event.TYPE)["subject"]) == (event is not OutputSubmitted)
    assert not topology.is_of_the_log(f"{golden(event.TYPE)['subject']}.more")


@pytest.mark.parametrize("consumer", topology.CONSUMERS, ids=lambda c: c.name)
def test_a_consumer_reads_only_what_its_stream_holds(consumer: topology.Consumer) -> None:
    """A consumer whose filter lies outside its stream would wait for ever."""
    held = next(s.subjects for s in topology.STREAMS if s.name == consumer.stream)
    assert held is not None
    assert set(consumer.subjects) <= set(held)


def test_whoever_decides_by_the_log_reads_it_in_strict_order() -> None:
    """One message in flight: what a day's event decides has seen everything that the log holds before it.

    Views are the same in any order, so they are read in batches; the notifier's days wait for its facts."""
    views = {consumer.name: consumer.in_flight for consumer in topology.CONSUMERS if consumer.stream == topology.EVENTS}
    assert [name for name, in_flight in views.items() if in_flight == 1] == [topology.NOTIFIER_DAYS.name]
    assert len(views) == 4
