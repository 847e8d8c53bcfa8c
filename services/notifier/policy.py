"""How a plan is urged: which rung comes when for whom, and when nothing is mailed. Pure.

The policy is the plan's (shared.contracts.reminder_policy); where it has none, the usual ladder holds.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from shared import periods
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_policy import AgencyReminders, QuietPeriod, ReminderPolicy, Steps
from shared.contracts.reminders import Rung
from shared.workdays import DAY, WorkingDays

_USUAL = ReminderPolicy()


def policy_of(plan: PlanPublished) -> ReminderPolicy:
    """The plan's policy."""
    return plan.reminders or _USUAL


def working_days(plan: PlanPublished) -> WorkingDays:
    """The working days of a plan."""
    return _working_days(plan.days_off, plan.days_on)


def steps_of(plan: PlanPublished, agency: str, period: str) -> Mapping[Rung, int]:
    """The rungs of what an agency owes for a period, the lowest first, in working days from `register_by`."""
    policy, special = policy_of(plan), _special(plan, agency)
    steps = _offsets(special.steps if special is not None and special.steps is not None else policy.steps)
    if periods.KINDS.index(periods.parse(period).kind) < periods.KINDS.index(policy.upcoming_from):
        return {rung: step for rung, step in steps.items() if rung is not Rung.UPCOMING}
    return steps


def earliest_step(plan: PlanPublished) -> int:
    """The lowest rung that anybody has, in working days from `register_by`."""
    policy = policy_of(plan)
    given = (policy.steps, *(one.steps for one in policy.agencies if one.steps is not None))
    return min(min(_offsets(steps).values(), default=0) for steps in given)


def silence(plan: PlanPublished, agency: str) -> str | None:
    """Why nobody is reminded of what an agency owes; None where that is done."""
    special = _special(plan, agency)
    return special.silent if special is not None else None


def quiet(plan: PlanPublished, day: date, agency: str | None = None) -> QuietPeriod | None:
    """The quiet period that the day falls into, for what `agency` owes, or for everybody where it is None."""
    special = _special(plan, agency) if agency is not None else None
    own = special.quiet if special is not None else ()
    return next((one for one in (*policy_of(plan).quiet, *own) if one.start <= day <= one.end), None)


def mails_on(plan: PlanPublished, day: date) -> bool:
    """Whether anything is mailed on that day: a working day, not in a quiet period of the plan's."""
    return day in working_days(plan) and quiet(plan, day) is None


def last_mail_days(plan: PlanPublished, until: date) -> list[date]:
    """The last days, `until` at the latest, on which any agency could be reminded: agencies that are quiet by
    themselves have another one than the rest."""
    workdays = working_days(plan)

    def last(agency: str | None) -> date:
        day = until
        while day not in workdays or quiet(plan, day, agency) is not None:
            day -= DAY
        return day

    whose: Iterator[str | None] = (one.agency for one in policy_of(plan).agencies if one.quiet)
    return sorted({last(None), *map(last, whose)})


@lru_cache(maxsize=16)  # asked for every line of every mail
def _working_days(off: tuple[date, ...], on: tuple[date, ...]) -> WorkingDays:
    return WorkingDays(frozenset(off), frozenset(on))


@lru_cache(maxsize=64)
def _offsets(steps: Steps) -> Mapping[Rung, int]:
    return {rung: step for rung in Rung if (step := getattr(steps, rung)) is not None}


def _special(plan: PlanPublished, agency: str) -> AgencyReminders | None:
    return next((one for one in policy_of(plan).agencies if one.agency == agency), None)
