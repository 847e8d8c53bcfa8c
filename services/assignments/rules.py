"""Who owes what and when, by the plan. Pure: a plan in, assignments out."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from services.assignments.plan_file.due import clipped
from services.assignments.plan_file.model import AgencyEntry, DutyEntry, PlanFile
from services.assignments.resolve import calendar_of, members_of
from shared.contracts.base import Model
from shared.contracts.duties import Occurrence
from shared.contracts.plan import Frequency
from shared.workdays import WorkingDays


class Assignment(Model):
    """What an agency owes by a duty; nothing that is counted (no occurrences) where the duty is continuous.

    `jointly_with` are the others who may deliver it.
    """

    duty: str
    agency: str
    title: str
    jointly_with: tuple[str, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()


Assignments: TypeAlias = dict[tuple[str, str], Assignment]


def expand(plan: PlanFile) -> Assignments:
    """Every assignment of the plan by (duty, agency), in the plan's order.

    An occurrence exists only if its agency exists on the last day of the period; a joint one stands under the
    first performer that does. A continuous duty is assigned to who exists on any day of its window.
    """
    calendar = calendar_of(plan)
    registry = {agency.id: agency for agency in plan.agencies}
    found: Assignments = {}
    for duty in plan.duties:
        performers = [registry[name] for name in members_of(plan, duty.performers)]
        for first, last, occurrences in _dues(plan, duty, calendar):
            here = [agency.id for agency in performers if _exists(agency, first, last)]
            for owing, others in _shared(duty, here):
                before = found.get((duty.id, owing))
                found[duty.id, owing] = Assignment(
                    duty=duty.id,
                    agency=owing,
                    title=duty.title,
                    jointly_with=tuple(dict.fromkeys((*(before.jointly_with if before else ()), *others))),
                    occurrences=(*(before.occurrences if before else ()), *occurrences),
                )
    return found


def within(plan: PlanFile, duty: DutyEntry) -> int:
    """The working days after an occurrence's end until which it may be registered in time."""
    return plan.register_within if duty.register_within is None else duty.register_within


def extended(plan: PlanFile, duty: str, occurrence: Occurrence, end: date) -> Occurrence:
    """The occurrence with a later end, and `register_by` moved with it by the plan's own rule.

    Raises ValueError for a duty that isn't in the plan and for an end that is no later than the present one.
    """
    entry = plan.duty(duty)
    if entry is None:
        raise ValueError(f"the plan has no duty {duty!r}")
    if end <= occurrence.end:
        raise ValueError(f"{end} is no extension: the occurrence already ends on {occurrence.end}")
    register_by = calendar_of(plan).after(end, within(plan, entry))
    return occurrence.model_copy(update={"end": end, "register_by": register_by})


def _dues(
    plan: PlanFile, duty: DutyEntry, calendar: WorkingDays
) -> Iterator[tuple[date, date, tuple[Occurrence, ...]]]:
    """The days on any of which an agency must exist to owe the occurrences, one at most."""
    if duty.frequency == Frequency.CONTINUOUS:
        window = duty.window
        first = (window and window.start) or date(plan.year, 1, 1)
        last = (window and window.end) or date(plan.year, 12, 31)
        yield first, last, ()
    for due in clipped(plan.year, duty):
        register_by = calendar.after(due.end, within(plan, duty))
        occurrence = Occurrence(period=due.period, start=due.start, end=due.end, register_by=register_by)
        yield due.end, due.end, (occurrence,)


def _exists(agency: AgencyEntry, first: date, last: date) -> bool:
    return (agency.valid_from or date.min) <= last and first <= (agency.valid_until or date.max)


def _shared(duty: DutyEntry, here: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who owes it, and jointly with whom."""
    if duty.joint and here:
        yield here[0], tuple(here[1:])
    elif not duty.joint:
        yield from ((name, ()) for name in here)
