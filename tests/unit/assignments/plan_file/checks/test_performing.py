"""Who performs a duty."""

from tests.unit.assignments.sample import SMALL, edited, problems_of

PERFORMERS = "    performers: {groups: [departments]}"


def told(*changes: tuple[str, str]) -> list[str]:
    return [problem.message for problem in problems_of(edited(SMALL, *changes))]


def test_two_perform_jointly() -> None:
    """Two performers may owe a duty jointly."""
    assert told((PERFORMERS, "    performers: {agencies: [so-a, ubnd]}\n    joint: true")) == []


def test_directed_with_a_parent() -> None:
    """A duty may be directed if each performer has a parent."""
    parent = ("    short_name: Sở A", "    short_name: Sở A\n    parent: ubnd")
    assert told((PERFORMERS, f"{PERFORMERS}\n    directed: true"), parent) == []


def test_empty_group() -> None:
    """A group of a kind that no agency is of performs nothing."""
    empty = ("kinds: [department]}", "kinds: [commune]}")
    kind = ("{department: Sở,", "{department: Sở, commune: Xã,")
    (message,) = told(empty, kind)
    assert message.startswith("duty I.1: performers: nobody performs it")


def test_group_without_anything() -> None:
    """A group that names neither kinds nor agencies has no members."""
    (message,) = told((", kinds: [department]}", "}"))
    assert "nobody performs it" in message


def test_unknown_group_is_told_once() -> None:
    """A duty of an unknown group has one problem, not two."""
    (message,) = told(("{groups: [departments]}", "{groups: [department]}"))
    assert message == "duty I.1: performers.groups: unknown group 'department'; did you mean departments?"


def test_short_registry_is_not_counted() -> None:
    """While an agency is malformed nobody is said to be missing."""
    (message,) = told(("    short_name: Sở A\n", ""))
    assert message == "agency so-a: short_name is missing"
