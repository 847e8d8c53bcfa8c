"""What changes for whom when a plan is published again. Pure."""

from datetime import date

from services.assignments.rules import Assignment, Assignments
from shared.contracts.base import Event, Model
from shared.contracts.duties import DutyAssigned, DutyWithdrawn


class Withdrawal(Model):
    """Periods that an agency no longer owes; `entirely`: it has no part in the duty any more."""

    duty: str
    agency: str
    periods: tuple[str, ...]
    entirely: bool


class Difference(Model):
    """`assigned` holds only the occurrences that are new or have other dates or partners than before."""

    assigned: tuple[Assignment, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()

    def events(self, plan: str, revision: int, day: date) -> tuple[Event, ...]:
        """The events that tell it, one per duty × agency and kind of change."""
        told = {"plan": plan, "revision": revision, "day": day}
        return (
            *(DutyAssigned(**told, **dict(assignment)) for assignment in self.assigned),
            *(DutyWithdrawn(**told, **dict(withdrawal)) for withdrawal in self.withdrawn),
        )


def difference(old: Assignments, new: Assignments) -> Difference:
    """What turns `old` into `new`. A title alone is no change of what is owed: `plan.published` carries it."""
    assigned = (_assigned(old.get(key), assignment) for key, assignment in new.items())
    withdrawn = (_withdrawn(assignment, new.get(key)) for key, assignment in old.items())
    return Difference(
        assigned=tuple(found for found in assigned if found),
        withdrawn=tuple(found for found in withdrawn if found),
    )


def _assigned(before: Assignment | None, now: Assignment) -> Assignment | None:
    if before is None or before.jointly_with != now.jointly_with:
        return now
    changed = tuple(due for due in now.occurrences if due not in before.occurrences)
    return now.model_copy(update={"occurrences": changed}) if changed else None


def _withdrawn(before: Assignment, now: Assignment | None) -> Withdrawal | None:
    kept = {due.period for due in now.occurrences} if now else set()
    gone = tuple(due.period for due in before.occurrences if due.period not in kept)
    if now is not None and not gone:
        return None
    return Withdrawal(duty=before.duty, agency=before.agency, periods=gone, entirely=now is None)
