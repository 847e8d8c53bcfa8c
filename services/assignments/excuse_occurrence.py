"""Excuse or extend an occurrence, by a document that somebody approved."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

from services.assignments.plan_file import PlanFile, load_plan
from services.assignments.rules import extended
from services.assignments.store import Store
from shared.contracts.base import Event
from shared.contracts.duties import DutyExcused, DutyExtended, ExcuseKind, Occurrence
from shared.contracts.officers import OPERATOR
from shared.contracts.outputs import Text
from shared.mongo import Mongo, Session
from shared.near import near
from shared.outbox import Outbox, Stamped
from shared.outcomes import Overtaken, Rejected
from shared.seen_text import one_line

# However its letters were composed and its words spaced: what reads the same is the same decision.
Read = Annotated[Text, AfterValidator(one_line)]


class Decision(BaseModel):
    """Which occurrence, and by whom, which document and why it was decided; `decided_by` is who says so: an officer's
    address, or what a command was told. `after` is the revision of the last decision about the occurrence, of whichever
    kind, that they have seen, 0 where there was none; without it, this one holds whatever was decided before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Text
    duty: Text
    agency: Text
    period: Text
    approver: Read
    document: Read
    reason: Read
    decided_by: Text = OPERATOR
    after: int | None = None


class ExcuseOccurrence(Decision):
    """The occurrence leaves the denominator."""

    kind: ExcuseKind


class ExtendOccurrence(Decision):
    """The occurrence must exist by `until`; the date to register it by moves along."""

    until: date


E = TypeVar("E", DutyExcused, DutyExtended)


async def excuse_occurrence(command: ExcuseOccurrence, store: Store, mongo: Mongo, outbox: Outbox) -> DutyExcused:
    """The event that says so; the one that said so already where this says the same.

    Raises Rejected, naming what there is, for an occurrence that isn't in the plan, and Overtaken where something was
    decided about it since `after`: a decision can't be taken back, so nobody's is overruled unseen.
    """

    def decide(_: PlanFile, __: Occurrence, revision: int, day: date) -> DutyExcused:
        return DutyExcused(**command.model_dump(exclude={"after"}), revision=revision, day=day)

    return await _decide(command, decide, "excused", store, mongo, outbox)


async def extend_occurrence(command: ExtendOccurrence, store: Store, mongo: Mongo, outbox: Outbox) -> DutyExtended:
    """As `excuse_occurrence`; raises Rejected for an earlier date as well."""

    def decide(plan: PlanFile, due: Occurrence, revision: int, day: date) -> DutyExtended:
        if command.until.year > plan.year + 1:
            raise Rejected(
                f"{command.until} lies beyond {plan.year + 1}, the year after the plan's; is the year right?"
            )
        try:
            moved = extended(plan, command.duty, due, command.until)
        except ValueError as error:
            raise Rejected(str(error)) from None
        told = command.model_dump(exclude={"until", "after"})
        return DutyExtended(**told, revision=revision, day=day, end=moved.end, register_by=moved.register_by)

    return await _decide(command, decide, "extended", store, mongo, outbox)


async def _decide(
    command: Decision,
    decide: Callable[[PlanFile, Occurrence, int, date], E],
    verb: str,
    store: Store,
    mongo: Mongo,
    outbox: Outbox,
) -> E:
    async def write(session: Session) -> E:
        stored = await store.plan(command.plan, session)
        if stored is None:
            known = ", ".join(await store.plans()) or "none yet"
            raise Rejected(f"there is no plan {command.plan!r}; published: {known}")
        plan = load_plan(stored.source, command.plan)
        due = await _occurrence(command, store, session)
        day = await store.last_day(session) or plan.effective_from
        event = decide(plan, due, stored.revision + 1, day)
        decided = await _decided(command, store, session)
        last = next((one for one in reversed(decided) if isinstance(one, type(event))), None)
        if (
            last is not None
            and _says(last) == _says(event)
            and not await _is_reassigned(last, event.revision, outbox, session)
        ):
            return last
        _refuse_unseen(command, decided)
        await store.raise_revision(command.plan, session)
        await outbox.add([Stamped(f"{verb}:{command.plan}:{event.revision}", event)], session)
        return event

    event = await mongo.transact(write)
    outbox.wake()
    return event


async def _decided(command: Decision, store: Store, session: Session) -> list[DutyExcused | DutyExtended]:
    """Every decision about the occurrence, the last one last."""
    told: list[Event] = []
    for verb, kind in (("excused", DutyExcused), ("extended", DutyExtended)):
        subject = kind.SUBJECT.format(agency=command.agency)
        told += await store.told(f"{verb}:{command.plan}:", subject, session)
    where = (command.duty, command.period)
    about = (one for one in told if isinstance(one, DutyExcused | DutyExtended) and (one.duty, one.period) == where)
    return sorted(about, key=lambda one: one.revision)


def _refuse_unseen(command: Decision, decided: list[DutyExcused | DutyExtended]) -> None:
    if command.after is not None and decided and decided[-1].revision > command.after:
        last = decided[-1]
        raise Overtaken(
            f"{last.decided_by or last.approver} decided about the occurrence by {last.document!r}, revision"
            f" {last.revision}, and `after` says {command.after}; look at it again before you decide"
        )


def _says(event: DutyExcused | DutyExtended) -> dict[str, object]:
    return event.model_dump(exclude={"revision", "day"})


async def _is_reassigned(last: DutyExcused | DutyExtended, until: int, outbox: Outbox, session: Session) -> bool:
    """Whether the plan gave the duty anew since, which may have overruled the decision: then it is another one."""
    of = f"{last.duty}:{last.agency}"
    ids = [f"assigned:{last.plan}:{revision}:{of}" for revision in range(last.revision + 1, until)]
    return bool(await outbox.known(ids, session))


async def _occurrence(command: Decision, store: Store, session: Session) -> Occurrence:
    assignment = await store.assignment(command.plan, command.duty, command.agency, session)
    if assignment is None:
        assigned = await store.assignments(command.plan, session)
        duties = sorted(duty for duty, agency in assigned if agency == command.agency)
        if not duties:
            like = near(command.agency, {agency for _, agency in assigned}, cutoff=0.4)
            raise Rejected(f"no duty is assigned to {command.agency!r}; agencies like it: {', '.join(like) or 'none'}")
        raise Rejected(f"the duty {command.duty!r} is not assigned to {command.agency}; it has {', '.join(duties)}")
    for due in assignment.occurrences:
        if due.period == command.period:
            return due
    periods = ", ".join(due.period for due in assignment.occurrences) or "none: it is continuous"
    raise Rejected(f"{command.duty} of {command.agency} has no period {command.period!r}; its periods: {periods}")
