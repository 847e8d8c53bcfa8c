"""Which agencies a selection means."""

import pytest

from services.assignments.plan_file.members import members
from services.assignments.plan_file.model import AgencyEntry, Group, Members

AGENCIES = [
    AgencyEntry(id=name, kind=kind, name=name, short_name=name)
    for name, kind in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("c1", "c"))
]
GROUPS = {
    "as": Group(name="A", kinds=("a",)),
    "mixed": Group(name="M", kinds=("b", "a"), agencies=("c1", "a1")),
    "none": Group(name="N"),
}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Members(groups=("as",)), ("a1", "a2")),
        (Members(groups=("mixed",)), ("a1", "b1", "a2", "c1")),
        (Members(agencies=("c1", "a1")), ("c1", "a1")),
        (Members(groups=("as",), agencies=("a2", "b1")), ("a1", "a2", "b1")),
        (Members(groups=("mixed", "as"), excepted=("a1", "c1")), ("b1", "a2")),
        (Members(groups=("none",)), ()),
        (Members(), ()),
    ],
)
def test_members(selection: Members, expected: tuple[str, ...]) -> None:
    """Kinds come in the registry's order, ids in the order given, each once, the excepted never."""
    assert members(selection, GROUPS, AGENCIES) == expected
