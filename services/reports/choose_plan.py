"""Which revision of which plan a question is about, or what of the question can't be answered. Pure."""

from collections.abc import Sequence
from datetime import date

from shared.contracts.plan import PlanPublished
from shared.outcomes import Rejected


class WrongField(Rejected):
    """A field of a question that can't be answered as it is; `right` is what there is to choose from.
    `field` is empty where the question can't be answered at all yet."""

    def __init__(self, field: str, reason: str, right: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.field = field
        self.right = tuple(right)


def choose_day(as_of: date | None, last_day: date | None) -> date:
    """The day of the report: the calendar's last day unless an earlier one is asked for.

    Raises WrongField for a day that has not come: what will be delivered by then isn't known.
    """
    if last_day is None:
        raise WrongField("", "no calendar day has been published yet, so there is nothing to report on")
    if as_of is not None and as_of > last_day:
        reason = f"{as_of} has not come: the calendar stands at {last_day}; ask for that day or an earlier one"
        raise WrongField("as_of", reason)
    return as_of or last_day


def choose_plan(plans: Sequence[PlanPublished], wanted: str | None, as_of: date) -> PlanPublished:
    """The revision in force on as_of. Where no plan is named: the plan of as_of's year, else the only one.

    Raises WrongField, naming the plans that there are, for an unknown or ambiguous one or one published later.
    """
    known = sorted({plan.plan for plan in plans})
    if not known:
        raise WrongField("", "no plan has been published yet")
    wanted = wanted or _only(plans, as_of, known)
    revisions = [plan for plan in plans if plan.plan == wanted]
    if not revisions:
        raise WrongField("plan", f"there is no plan {wanted[:100]!r}; known: {', '.join(known)}", known)
    in_force = [plan for plan in revisions if plan.day <= as_of]
    if not in_force:
        first = min(plan.day for plan in revisions)
        reason = f"plan {wanted} was published on {first}; there is nothing to report as of {as_of}"
        raise WrongField("as_of", reason)
    return max(in_force, key=lambda plan: plan.revision)


def _only(plans: Sequence[PlanPublished], as_of: date, known: list[str]) -> str:
    of_year = sorted({plan.plan for plan in plans if plan.year == as_of.year})
    for candidates in (of_year, known):
        if len(candidates) == 1:
            return candidates[0]
    raise WrongField("plan", f"there are several plans; name one of {', '.join(known)}", known)
