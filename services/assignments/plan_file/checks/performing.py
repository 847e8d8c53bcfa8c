"""Who performs a duty: somebody, more than one if jointly, and each with a parent if directed."""

from collections.abc import Iterator

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.members import members
from services.assignments.plan_file.model import DutyEntry
from services.assignments.plan_file.problems import Problem


def performing(draft: Draft) -> Iterator[Problem]:
    """Duties that nobody performs, joint ones of one performer, directed ones that nobody directs."""
    if draft.head is None or not draft.registry_is_whole:
        return
    for number, duty in draft.duties.items():
        if all(group in draft.head.groups for group in duty.performers.groups):
            performers = members(duty.performers, draft.head.groups, draft.agencies.values())
            yield from _performed(draft, number, duty, performers)


def _performed(draft: Draft, number: int, duty: DutyEntry, performers: tuple[str, ...]) -> Iterator[Problem]:
    loc = ("duties", number)
    if not performers:
        message = "nobody performs it; name groups that have members, or agencies, that are not excepted"
        yield draft.problem((*loc, "performers"), message)
    if duty.joint and len(performers) == 1:
        message = f"only {performers[0]} performs it; name the others under performers, or take joint out"
        yield draft.problem((*loc, "joint"), message)
    if duty.directed:
        parents = {agency.id: agency.parent for agency in draft.agencies.values()}
        alone = [performer for performer in performers if performer in parents and not parents[performer]]
        if alone:
            some = ", ".join(alone[:5]) + (" …" if len(alone) > 5 else "")
            message = f"nobody directs {some}; give each a parent in agencies, or take directed out"
            yield draft.problem((*loc, "directed"), message)
