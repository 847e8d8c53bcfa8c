"""Excuse or extend an occurrence, by a document that somebody approved."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from services.assignments.plan_file import PlanFile, load_plan
from services.assignments.rules import extended
from services.assignments.store import Store
from shared.contracts.duties import DutyExcused, DutyExtended, ExcuseKind, Occurrence
from shared.contracts.outputs import Text
from shared.mongo import Mongo, Session
from shared.near import near
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected


class Decision(BaseModel):
    """Which occurrence, and by whom, which document and why it was decided; `decided_by` is the officer who says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Text
    duty: Text
    agency: Text
    period: Text
    approver: Text
    document: Text
    reason: Text
    decided_by: Text | None = None


class ExcuseOccurrence(Decision):
    """The occurrence leaves the denominator."""

    kind: ExcuseKind


class ExtendOccurrence(Decision):
    """The occurrence must exist by `until`; the date to register it by moves along."""

    until: date


E = TypeVar("E", DutyExcused, DutyExtended)


async def excuse_occurrence(command: ExcuseOccurrence, store: Store, mongo: Mongo, outbox: Outbox) -> DutyExcused:
    """The event that says so. Raises Rejected, naming what there is, for an occurrence that isn't in the plan."""

    def decide(_: PlanFile, __: Occurrence, revision: int, day: date) -> DutyExcused:
        return DutyExcused(**command.model_dump(), revision=revision, day=day)

    return await _decide(command, decide, "excused", store, mongo, outbox)


async def extend_occurrence(command: ExtendOccurrence, store: Store, mongo: Mongo, outbox: Outbox) -> DutyExtended:
    """The event that says so. Raises Rejected as `excuse_occurrence` does, and for an earlier date."""

    def decide(plan: PlanFile, due: Occurrence, revision: int, day: date) -> DutyExtended:
        if command.until.year > plan.year + 1:
            raise Rejected(
                f"{command.until} lies beyond {plan.year + 1}, the year after the plan's; is the year right?"
            )
        try:
            moved = extended(plan, command.duty, due, command.until)
        except ValueError as error:
            raise Rejected(str(error)) from None
        told = command.model_dump(exclude={"until"})
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
        revision = await store.next_revision(command.plan, session)
        event = decide(plan, due, revision, day)
        await outbox.add([Stamped(f"{verb}:{command.plan}:{revision}", event)], session)
        return event

    event = await mongo.transact(write)
    outbox.wake()
    return event


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
