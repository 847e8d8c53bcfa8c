"""The meaning of events: one pure fold, and the state of an occurrence on any day.

An occurrence's account is the set of facts that events told of it. Adding to a set is commutative and idempotent,
so the order and the number of deliveries don't matter; the state for a day reads only facts of that day and before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import Field, TypeAdapter

from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.contracts.base import Event, Model
from shared.contracts.duties import (
    DutyAssigned,
    DutyExcused,
    DutyExtended,
    DutyWithdrawn,
    ExcuseKind,
    OccurrenceKey,
)
from shared.contracts.outputs import OutputRecorded, OutputReviewed


class State(StrEnum):
    """What an occurrence is on a day."""

    UPCOMING = "upcoming"
    OPEN = "open"
    MET = "met"
    MET_LATE = "met_late"
    OVERDUE = "overdue"
    EXCUSED = "excused"


OWED = frozenset({State.UPCOMING, State.OPEN, State.OVERDUE})


class _Told(Model):
    event: str
    day: date


class Assigned(_Told):
    fact: Literal["assigned"] = "assigned"
    revision: int
    start: date
    end: date
    register_by: date
    jointly_with: tuple[str, ...] = ()


class Withdrawn(_Told):
    fact: Literal["withdrawn"] = "withdrawn"
    revision: int


class Excused(_Told):
    fact: Literal["excused"] = "excused"
    revision: int
    kind: ExcuseKind
    approver: str
    document: str
    reason: str
    decided_by: str | None = None


class Extended(_Told):
    fact: Literal["extended"] = "extended"
    revision: int
    end: date
    register_by: date
    approver: str
    document: str
    reason: str
    decided_by: str | None = None


class Delivered(_Told):
    fact: Literal["delivered"] = "delivered"
    output: str
    published_on: date


class Reviewed(_Told):
    fact: Literal["reviewed"] = "reviewed"
    output: str
    review: int
    accepted: bool


class Answered(_Told):
    fact: Literal["answered"] = "answered"
    agency: str
    kind: AnswerKind
    reason: str


Fact = Annotated[
    Assigned | Withdrawn | Excused | Extended | Delivered | Reviewed | Answered, Field(discriminator="fact")
]
FACT: TypeAdapter[Fact] = TypeAdapter(Fact)
R = TypeVar("R", Assigned | Withdrawn, Excused, Extended)

# A report folds thousands of accounts: what is asked of each fact is made once.
_PLANNED = (Assigned, Withdrawn)
_TOLD, _REVISION = attrgetter("day", "event"), attrgetter("revision")


@dataclass(frozen=True)
class Account:
    """Everything told of one occurrence."""

    key: OccurrenceKey
    facts: frozenset[Fact] = field(default_factory=frozenset)


def fold(account: Account, fact: Fact) -> Account:
    """The account with one more fact; the same event told again changes nothing."""
    return Account(account.key, account.facts | {fact})


def facts_of(event_id: str, event: Event) -> Iterator[tuple[OccurrenceKey, Fact]]:
    """What an event tells, and of which occurrences; nothing for events that concern none."""
    match event:
        case DutyAssigned():
            for due in event.occurrences:
                yield (
                    _key(event, due.period),
                    Assigned(
                        event=event_id,
                        day=event.day,
                        revision=event.revision,
                        start=due.start,
                        end=due.end,
                        register_by=due.register_by,
                        jointly_with=event.jointly_with,
                    ),
                )
        case DutyWithdrawn():
            for period in event.periods:
                yield _key(event, period), Withdrawn(event=event_id, day=event.day, revision=event.revision)
        case DutyExcused():
            told = event.model_dump(include=set(Excused.model_fields))
            yield _key(event, event.period), Excused(event=event_id, **told)
        case DutyExtended():
            told = event.model_dump(include=set(Extended.model_fields))
            yield _key(event, event.period), Extended(event=event_id, **told)
        case OutputRecorded(occurrence=OccurrenceKey() as key):
            yield (
                key,
                Delivered(event=event_id, day=event.day, output=event.output, published_on=event.published_on),
            )
        case OutputReviewed(occurrence=OccurrenceKey() as key):
            yield (
                key,
                Reviewed(
                    event=event_id,
                    day=event.day,
                    output=event.output,
                    review=event.review,
                    accepted=event.accepted,
                ),
            )
        case AnswerGiven(occurrence=key):
            told = event.model_dump(include=set(Answered.model_fields))
            yield key, Answered(event=event_id, **told)
        case _:
            return


class Standing(NamedTuple):
    """An occurrence as it stands on a day. `end` is the plan's own date, `due` the one that holds after extensions;
    `outputs` are those that count, the one that meets the occurrence first, extras after it; `answers` what agencies
    answered to reminders, which changes no state by itself; `revision` is that of the word which gave the dates, so it
    grows whenever they move."""

    state: State
    start: date
    end: date
    due: date
    register_by: date
    jointly_with: tuple[str, ...]
    excuse: Excused | None
    extension: Extended | None
    outputs: tuple[str, ...]
    answers: tuple[Answered, ...] = ()
    revision: int = 0

    @property
    def owed(self) -> bool:
        return self.state in OWED


def standing(facts: Iterable[Fact], as_of: date) -> Standing | None:
    """The occurrence as known on `as_of`, at the end of that day; None where it isn't in the plan.

    Met is what existed by its end and was registered by `register_by`. What was delivered counts as delivered
    even when it was excused. An extension holds until the plan gives other dates.
    """
    known = sorted([f for f in facts if f.day <= as_of], key=_TOLD)
    planned: list[Assigned | Withdrawn] = []
    delivered: list[Delivered] = []
    rest: list[Fact] = []  # empty for most occurrences: a report folds thousands, and asks the few things of it alone
    for fact in known:
        if isinstance(fact, Delivered):
            delivered.append(fact)
        elif isinstance(fact, _PLANNED):
            planned.append(fact)
        else:
            rest.append(fact)
    plan = _highest(planned)
    if not isinstance(plan, Assigned):
        return None
    extension = _highest([f for f in rest if isinstance(f, Extended)])
    if extension is not None and _is_overruled(extension, planned):
        extension = None
    dates = extension or plan
    excuse = _highest([f for f in rest if isinstance(f, Excused)])
    reviews = [f for f in rest if isinstance(f, Reviewed)]
    in_time, late = _deliveries(delivered, reviews, dates.end, dates.register_by)
    if in_time:
        state = State.MET
    elif late:
        state = State.MET_LATE
    elif excuse is not None:
        state = State.EXCUSED
    elif as_of > dates.register_by:
        state = State.OVERDUE
    else:
        state = State.OPEN if as_of >= plan.start else State.UPCOMING
    return Standing(
        state=state,
        start=plan.start,
        end=plan.end,
        due=dates.end,
        register_by=dates.register_by,
        jointly_with=plan.jointly_with,
        excuse=excuse,
        extension=extension,
        outputs=(*in_time, *late),
        answers=tuple([f for f in rest if isinstance(f, Answered)]),
        revision=dates.revision,
    )


def _highest(facts: list[R]) -> R | None:
    """Of the highest revision, the first told."""
    return max(facts, key=_REVISION, default=None)


def _is_overruled(extension: Extended, planned: list[Assigned | Withdrawn]) -> bool:
    """Whether the plan was ever given other dates after the extension, those of old again since or not; the same
    ones, said again, leave it in force."""
    plans = sorted((f for f in planned if isinstance(f, Assigned)), key=lambda f: f.revision)
    before = [(f.end, f.register_by) for f in plans if f.revision < extension.revision]
    after = [(f.end, f.register_by) for f in plans if f.revision > extension.revision]
    return bool(after) and (not before or any(dates != before[-1] for dates in after))


def _deliveries(
    delivered: list[Delivered], reviews: list[Reviewed], end: date, register_by: date
) -> tuple[list[str], list[str]]:
    """The outputs that count, in time and late; one whose last review sent it back doesn't."""
    last: dict[str, Reviewed] = {}
    for review in reviews:
        if review.output not in last or review.review > last[review.output].review:
            last[review.output] = review
    in_time: list[str] = []
    late: list[str] = []
    for fact in delivered:
        if fact.output in last and not last[fact.output].accepted:
            continue
        (in_time if fact.day <= register_by and fact.published_on <= end else late).append(fact.output)
    return in_time, late


def _key(event: DutyAssigned | DutyWithdrawn | DutyExcused | DutyExtended, period: str) -> OccurrenceKey:
    return OccurrenceKey(plan=event.plan, duty=event.duty, agency=event.agency, period=period)
