"""A duration is either nominal or a range."""

from collections.abc import Iterator

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.problems import Problem

FORMS = "write {nominal: 5, text: …} or {from: 10, to: 15, text: …}, in minutes"


def durations(draft: Draft) -> Iterator[Problem]:
    """Durations that are neither, both, or the wrong way round."""
    for number, duty in draft.duties.items():
        if duty.duration is None:
            continue
        loc = ("duties", number, "duration")
        nominal, shortest, longest = duty.duration.nominal, duty.duration.shortest, duty.duration.longest
        ranged = shortest is not None and longest is not None
        halves = shortest is not None or longest is not None
        if (nominal is not None and halves) or (nominal is None and not ranged):
            yield draft.problem(loc, f"it is neither nominal nor a range; {FORMS}")
        elif shortest is not None and longest is not None and longest < shortest:
            yield draft.problem(loc, f"it ends at {longest:g} before it begins at {shortest:g}; {FORMS}")
