"""Which plan and agency an officer asks about. Pure."""

from collections.abc import Sequence

from shared.contracts.plan import PlanPublished
from shared.near import near
from shared.outcomes import Rejected


def choose_plan(plans: Sequence[PlanPublished], wanted: str | None) -> PlanPublished:
    """The plan of that id; the newest where none is named. Raises Rejected, naming the plans that there are."""
    if not plans:
        raise Rejected("no plan has been published yet")
    if wanted is None:
        return max(plans, key=lambda plan: (plan.year, plan.plan))
    found = next((plan for plan in plans if plan.plan == wanted), None)
    if found is None:
        raise Rejected(f"there is no plan {wanted!r}; known: {', '.join(plan.plan for plan in plans)}")
    return found


def agency_of(plans: Sequence[PlanPublished], wanted: str | None) -> str | None:
    """The agency, if a plan knows it; None where all are meant. Raises Rejected with the nearest ones."""
    known = [body.id for plan in plans for body in plan.agencies]
    if wanted is not None and wanted not in known:
        like = near(wanted, known)
        hint = f"; did you mean {' or '.join(like)}?" if like else ""
        raise Rejected(f"no plan has an agency {wanted!r}{hint}")
    return wanted
