"""Nothing is given twice."""

import pytest

from tests.unit.assignments.sample import SMALL, edited, line_of, problems_of


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("[vanthu@so-a.example]", "[v@a.example, v@a.example]", "agency so-a: emails: 'v@a.example'"),
        ("kinds: [department]}", "kinds: [department, department]}", "groups.departments.kinds: 'department'"),
        ("{groups: [departments]}", "{agencies: [so-a, so-a]}", "duty I.1: performers.agencies: 'so-a'"),
        ("country: VN", "country: VN, off: [2026-07-15, 2026-07-15]", "holidays.off: '2026-07-15'"),
        ("    channel: radio", "    periods: [2026-02, 2026-02]", "duty I.1: periods: '2026-02'"),
    ],
)
def test_listed_twice(old: str, new: str, named: str) -> None:
    """An item that stands twice in any list is told with the first line."""
    raw = edited(SMALL, (old, new))
    (problem,) = problems_of(raw)
    line = line_of(raw, new)
    assert problem.line == line
    assert problem.message == f"{named} is listed twice, first on line {line}; delete one of them"


def test_three_times() -> None:
    """The second and the third are told, both against the first."""
    raw = edited(SMALL, ("    channel: radio", "    periods:\n    - 2026-02\n    - 2026-02\n    - 2026-02"))
    first = line_of(raw, "- 2026-02")
    assert [problem.line for problem in problems_of(raw)] == [first + 1, first + 2]
    assert all(f"first on line {first}" in problem.message for problem in problems_of(raw))


def test_one_id_for_an_agency_and_a_duty() -> None:
    """An agency and a duty may share an id: they are never asked for in one place."""
    assert problems_of(edited(SMALL, ("  - id: I.1", "  - id: so-a"))) == []


def test_group_called_like_an_agency() -> None:
    """A duty's lead may be an agency or a group, so no group has an agency's id."""
    (problem,) = problems_of(
        edited(SMALL, ("  departments: {", "  ubnd: {name: U, agencies: [ubnd]}\n  departments: {"))
    )
    assert problem.message == ("groups.ubnd: an agency has this id as well, on line 27; call the group something else")
