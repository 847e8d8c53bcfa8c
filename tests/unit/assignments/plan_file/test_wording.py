"""Pydantic's findings in words for people."""

import pytest
from pydantic import ValidationError

from services.assignments.plan_file.model import DutyEntry, PlanHead
from services.assignments.plan_file.reading import read
from services.assignments.plan_file.wording import problem

DUTY = """duties:
  - id: I.1
    clause: I.1
    title: Tên
    heading: h
    count: explicit
    frequency: monthly
    lead: so-a
    performers: {agencies: [so-a]}
"""


def told(changed: str) -> list[tuple[int, str]]:
    """What is said of the duty in this text."""
    source, _ = read(changed)
    with pytest.raises(ValidationError) as refusal:
        DutyEntry.model_validate(source.get("duties", 0))
    found = [problem(source, ("duties", 0), DutyEntry, error) for error in refusal.value.errors()]
    return [(one.line, one.message) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("    lead: so-a\n", "", 2, "duty I.1: lead is missing; write an agency's or a group's id"),
        ("    title: Tên\n", "", 2, "duty I.1: title is missing"),
        (
            "count: explicit",
            "count: two",
            6,
            "duty I.1: count: 'two' is not one of them; write one of explicit, implied, none",
        ),
        (
            "{agencies: [so-a]}",
            "{agency: so-a}",
            9,
            "duty I.1: performers: unknown key 'agency'; did you mean agencies?",
        ),
        (
            "{agencies: [so-a]}",
            "so-a",
            9,
            "duty I.1: performers: 'so-a'; it must be a mapping, with `key: value` a line",
        ),
        (
            "[so-a]",
            "so-a",
            9,
            "duty I.1: performers.agencies: 'so-a'; it must be a list, as in [a, b] or with a dash a line",
        ),
        ("title: Tên", "title: {a: b}", 4, "duty I.1: title: it must be a text on one line"),
        ("title: Tên", "title:", 4, "duty I.1: title: it is empty; it must be a text on one line"),
        ("lead: so-a", "lead: so-a\n    joint: maybe", 9, "duty I.1: joint: 'maybe'; write true or false"),
        (
            "lead: so-a",
            "lead: so-a\n    register_within: five",
            9,
            "duty I.1: register_within: 'five'; write a whole number",
        ),
        (
            "lead: so-a",
            "lead: so-a\n    duration: {nominal: 0, text: x}",
            9,
            "duty I.1: duration.nominal: '0': input should be greater than 0",
        ),
        (
            "lead: so-a",
            "lead: so-a\n    window:\n      until: 30/11/2023",
            10,
            "duty I.1: window.until: '30/11/2023' is no date; write year-month-day, as in 2023-11-30",
        ),
    ],
)
def test_words(old: str, new: str, line: int, message: str) -> None:
    """Each finding has its line, its name, what is wrong and what would be right."""
    assert told(DUTY.replace(old, new)) == [(line, message)]


def test_all_findings() -> None:
    """A wrong id, an unknown key, a missing one and a wrong word in one duty are four problems."""
    assert (
        len(
            told(
                "duties:\n  - id: I 1\n    titel: x\n    clause: c\n    heading: h\n    count: none\n"
                "    frequency: never\n    lead: a\n    performers: {}"
            )
        )
        == 4
    )


def test_keys_of_a_mapping() -> None:
    """A wrong key of a mapping is told at its own line."""
    source, _ = read("kinds:\n  a: A\n  b c: B")
    with pytest.raises(ValidationError) as refusal:
        PlanHead.model_validate(source.data)
    found = [problem(source, (), PlanHead, error) for error in refusal.value.errors()]
    assert [(one.line, one.message[:26]) for one in found if "b c" in one.message] == [
        (3, "kinds.b c: 'b c' is no id;")
    ]
