"""Another report's figures, to read this one's beside. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.reports.choose_plan import WrongField, choose_day, choose_plan
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ComparedDuty, Comparison, ConsolidatedReport


class SameReport(WrongField):
    """A report was to be compared with itself."""


@dataclass(frozen=True)
class Beside:
    """What to compare with: another day of the same plan, another plan (such as that of the year before), or both. A
    plan without a day is compared as of the same day of its own year."""

    plan: str | None = None
    as_of: date | None = None


def choose_other(
    beside: Beside, plans: Sequence[PlanPublished], plan: PlanPublished, as_of: date, last_day: date | None
) -> tuple[PlanPublished, date]:
    """The other plan and day. Raises WrongField as `choose_plan` does, by the name that the field has here, and for the
    very same report."""
    wanted = beside.plan or plan.plan
    of_day = "compare_to" if beside.as_of else "compare_plan"
    try:
        day = choose_day(beside.as_of or _same_day(plans, wanted, plan, as_of), last_day)
        other = choose_plan(plans, wanted, day)
    except WrongField as wrong:
        field = {"plan": "compare_plan", "as_of": of_day}.get(wrong.field, wrong.field)
        raise WrongField(field, wrong.reason, wrong.right) from None
    if (other.plan, day) == (plan.plan, as_of):
        reason = f"{plan.plan} as of {as_of} can't be compared with itself; name another day or plan"
        raise SameReport(of_day, reason)
    return other, day


def _same_day(plans: Sequence[PlanPublished], wanted: str, plan: PlanPublished, as_of: date) -> date:
    years = {one.plan: one.year for one in plans}
    year = as_of.year - plan.year + years.get(wanted, plan.year)
    try:
        return as_of.replace(year=year)
    except ValueError:  # 29 February
        return as_of.replace(year=year, day=28)


def comparison_of(other: ConsolidatedReport) -> Comparison:
    """What is shown of it."""
    shown = {name: getattr(other, name) for name in ("plan", "title", "year", "as_of", "totals", "outputs")}
    duties = tuple(ComparedDuty(**duty.model_dump(include=set(ComparedDuty.model_fields))) for duty in other.duties)
    return Comparison(**shown, duties=duties)
