"""How the plan's agencies are urged: rungs in order, days near the plan's year, and no contradiction."""

from collections.abc import Iterator
from itertools import pairwise

from services.assignments.days_off import covered
from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.model import PlanHead
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.reminders import AgencyRemindersEntry, QuietEntry, StepsEntry
from services.assignments.plan_file.source import Loc

SECTION = "reminders"


def reminders(draft: Draft) -> Iterator[Problem]:
    """Steps that don't climb, hours and periods that end before they begin, and what says nothing or twice."""
    if (head := draft.head) is None:
        return
    policy = head.reminders
    yield from _steps(draft, (SECTION, "steps"), policy.steps)
    if policy.office_hours.closes <= policy.office_hours.opens:
        opens = policy.office_hours.opens
        message = f"they close at {policy.office_hours.closes:%H:%M}, not after they open at {opens:%H:%M}"
        yield draft.problem((SECTION, "office_hours"), f"{message}; write {{opens: 08:00, closes: 17:00}}")
    yield from _quiet(draft, (SECTION, "quiet"), head, policy.quiet)
    first: dict[str, Loc] = {}
    for number, one in enumerate(policy.agencies):
        loc = (SECTION, "agencies", number)
        if one.agency in first:
            line = draft.source.line(first[one.agency])
            message = f"{one.agency} is here twice, first on line {line}; write one entry an agency"
            yield draft.problem((*loc, "agency"), message)
        first.setdefault(one.agency, (*loc, "agency"))
        yield from _agency(draft, loc, head, one)


def _agency(draft: Draft, loc: Loc, head: PlanHead, one: AgencyRemindersEntry) -> Iterator[Problem]:
    if one.silent is None and one.steps is None and not one.quiet:
        yield draft.problem(loc, f"nothing is different for {one.agency}; write steps, quiet or silent, or delete it")
    if one.silent is not None and (one.steps is not None or one.quiet):
        message = f"{one.agency} is silent, so steps and quiet mean nothing; keep silent, or keep the others"
        yield draft.problem((*loc, "silent"), message)
    if one.steps is not None:
        yield from _steps(draft, (*loc, "steps"), one.steps)
    yield from _quiet(draft, (*loc, "quiet"), head, one.quiet)


def _steps(draft: Draft, loc: Loc, steps: StepsEntry) -> Iterator[Problem]:
    there = [(name, step) for name, step in steps if step is not None]
    if not there:
        message = "every rung is left out; write at least one, as in {overdue: 1}, or make agencies silent one by one"
        yield draft.problem(loc, message)
    for (lower, before), (name, step) in pairwise(there):
        if step <= before:
            message = f"{step} does not come after {lower}, {before}; the rungs must climb, as in 1, 5, 10"
            yield draft.problem((*loc, name), message)
    # Who owes hears of it before the coordinator is asked to sign a letter about it.
    if steps.for_signature is not None and steps.overdue is None and steps.escalated is None:
        message = "before it comes neither overdue nor escalated, so who owes never heard of it; write one of them"
        yield draft.problem((*loc, "for_signature"), message)


def _quiet(draft: Draft, loc: Loc, head: PlanHead, periods: tuple[QuietEntry, ...]) -> Iterator[Problem]:
    first, last = covered(head.year)
    for number, one in enumerate(periods):
        if one.end < one.start:
            message = f"{one.end} is before from {one.start}; write a day on or after it"
            yield draft.problem((*loc, number, "to"), message)
        for key, day in (("from", one.start), ("to", one.end)):
            if not first <= day <= last:
                message = f"{day} is not near the plan's year; write a day from {first} to {last}"
                yield draft.problem((*loc, number, key), message)
