"""The agency registry: when each body exists, and who directs whom."""

from collections.abc import Iterator

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import ANY


def agencies_that_end_before_they_begin(draft: Draft) -> Iterator[Problem]:
    """Validity dates in the wrong order."""
    for number, agency in draft.agencies.items():
        begin, end = agency.valid_from, agency.valid_until
        if begin and end and end < begin:
            message = f"{end} is before valid_from {begin}; write a day on or after it"
            yield draft.problem(("agencies", number, "valid_until"), message)


def parents_in_a_circle(draft: Draft) -> Iterator[Problem]:
    """A body that, by way of its parents, directs itself; told once a circle, at the first agency of it."""
    source = draft.source
    parents = {source.get(*loc[:2], "id"): (loc, parent) for loc, parent in source.texts("agencies", ANY, "parent")}
    told: set[str] = set()
    for agency, (loc, _) in parents.items():
        if not isinstance(agency, str):
            continue
        chain = [agency]
        while (step := parents.get(chain[-1])) and step[1] not in chain:
            chain.append(step[1])
        if step and step[1] == agency and agency not in told:
            told |= set(chain)
            circle = " → ".join([*chain, agency])
            yield draft.problem(loc, f"the agencies direct each other in a circle, {circle}; take one parent out")
