"""The agency registry: when each body exists, and who directs whom."""

from tests.unit.assignments.sample import SMALL, edited, problems_of

LAST = "    short_name: UBND tỉnh"
FIRST = "    short_name: Sở A"


def test_one_day_is_enough() -> None:
    """An agency may begin and end on the same day."""
    day = f"{FIRST}\n    valid_from: 2026-07-01\n    valid_until: 2026-07-01"
    assert problems_of(edited(SMALL, (FIRST, day))) == []


def test_reversed_dates() -> None:
    """An end before the beginning is told at the end."""
    dates = f"{FIRST}\n    valid_until: 2026-06-30\n    valid_from: 2026-07-01"
    (problem,) = problems_of(edited(SMALL, (FIRST, dates)))
    assert "valid_until: 2026-06-30 is before valid_from 2026-07-01" in problem.message


def test_own_parent() -> None:
    """A body that directs itself is the smallest circle."""
    (problem,) = problems_of(edited(SMALL, (FIRST, f"{FIRST}\n    parent: so-a")))
    assert "in a circle, so-a → so-a" in problem.message


def test_body_below_a_circle() -> None:
    """Who is directed by a member of a circle isn't in it; the circle is told once."""
    third = f"{LAST}\n    parent: so-a\n  - {{id: so-c, kind: department, name: C, short_name: C, parent: ubnd}}"
    problems = problems_of(edited(SMALL, (LAST, third), (FIRST, f"{FIRST}\n    parent: ubnd")))
    assert [problem.message.split("circle, ")[1] for problem in problems] == ["so-a → ubnd → so-a; take one parent out"]


def test_chain_is_no_circle() -> None:
    """Three levels one above the other are a plain chain."""
    third = f"{LAST}\n  - {{id: so-c, kind: department, name: C, short_name: C, parent: so-a}}"
    assert problems_of(edited(SMALL, (LAST, third), (FIRST, f"{FIRST}\n    parent: ubnd"))) == []


def test_unknown_parent() -> None:
    """A parent that isn't in the registry is told with the nearest that is, and is no circle."""
    (problem,) = problems_of(edited(SMALL, (FIRST, f"{FIRST}\n    parent: ubn")))
    assert problem.message == "agency so-a: parent: unknown agency 'ubn'; did you mean ubnd?"
