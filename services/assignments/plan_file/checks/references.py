"""Every name that the file uses is one that it declares."""

from collections.abc import Iterator

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.nearest import instead
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import ANY, Loc, Source

AGENCY = "agency"
REFERENCES: tuple[tuple[Loc, tuple[str, ...]], ...] = (
    (("coordinator",), (AGENCY,)),
    (("recipient",), (AGENCY,)),
    (("reporting_duty",), ("duty",)),
    (("reminders", "agencies", ANY, "agency"), (AGENCY,)),
    (("groups", ANY, "kinds", ANY), ("kind",)),
    (("groups", ANY, "agencies", ANY), (AGENCY,)),
    (("agencies", ANY, "kind"), ("kind",)),
    (("agencies", ANY, "parent"), (AGENCY,)),
    (("duties", ANY, "heading"), ("heading",)),
    (("duties", ANY, "lead"), (AGENCY, "group")),
    (("duties", ANY, "performers", "groups", ANY), ("group",)),
    (("duties", ANY, "performers", "agencies", ANY), (AGENCY,)),
    (("duties", ANY, "performers", "except", ANY), (AGENCY,)),
    (("duties", ANY, "coordinating", "groups", ANY), ("group",)),
    (("duties", ANY, "coordinating", "agencies", ANY), (AGENCY,)),
    (("duties", ANY, "coordinating", "except", ANY), (AGENCY,)),
    (("duties", ANY, "channel"), ("channel",)),
    (("duties", ANY, "topics", ANY), ("topic",)),
)


def references(draft: Draft) -> Iterator[Problem]:
    """Names that nothing in the file declares, with the nearest ones that are declared."""
    known = declared(draft.source)
    for pattern, things in REFERENCES:
        names = dict.fromkeys(name for thing in things for name in known[thing])
        for loc, name in draft.source.texts(*pattern):
            if name not in names:
                hint = instead(name, names)
                yield draft.problem(loc, f"unknown {' or '.join(things)} {name!r}; {hint}")


def declared(source: Source) -> dict[str, list[str]]:
    """The names that the file declares, well formed or not, by what they name."""
    return {
        AGENCY: [name for _, name in source.texts("agencies", ANY, "id")],
        "duty": [name for _, name in source.texts("duties", ANY, "id")],
        "kind": source.keys("kinds"),
        "group": source.keys("groups"),
        "heading": source.keys("headings"),
        "channel": source.keys("channels"),
        "topic": source.keys("topics"),
    }
