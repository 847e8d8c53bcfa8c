"""A file as far as it holds."""

from services.assignments.plan_file.draft import Draft, drafted
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.reading import read
from tests.unit.assignments.sample import SMALL, edited


def draft_of(*changes: tuple[str, str]) -> tuple[Draft, list[Problem]]:
    source, _ = read(edited(SMALL, *changes).decode())
    return drafted(source)


def test_whole() -> None:
    """Of a right file everything is kept."""
    draft, problems = draft_of()
    assert problems == []
    assert draft.head is not None
    assert draft.registry_is_whole
    assert (list(draft.agencies), list(draft.duties)) == ([0, 1], [0])


def test_wrong_agency_leaves_the_rest() -> None:
    """One malformed agency costs itself alone, and the registry is known to be short of it."""
    draft, problems = draft_of(("short_name: Sở A", "shortname: Sở A"))
    assert {problem.message[:13] for problem in problems} == {"agency so-a: "}
    assert list(draft.agencies) == [1]
    assert not draft.registry_is_whole
    assert draft.head is not None
    assert list(draft.duties) == [0]


def test_wrong_head_leaves_the_rest() -> None:
    """A wrong year costs the head; agencies and duties are still there to be checked."""
    draft, problems = draft_of(("year: 2026", "year: MMXXVI"))
    assert len(problems) == 1
    assert draft.head is None
    assert draft.registry_is_whole


def test_no_mapping() -> None:
    """A list, a text or nothing at all is no plan."""
    for text in ("- a", "a", ""):
        draft, problems = drafted(read(text)[0])
        assert [problem.message[:24] for problem in problems] == ["a plan file is a mapping"]
        assert not draft.registry_is_whole


def test_empty_sections() -> None:
    """A plan without duties says what it lacks, whether the key is there or not."""
    text = edited(SMALL).decode()
    head = text[: text.index("duties:")]
    for end, state in (("", "is missing"), ("duties:\n", "holds nothing to read"), ("duties: []\n", "holds nothing")):
        _, problems = drafted(read(head + end)[0])
        assert [problem.message.startswith(f"duties {state}") for problem in problems] == [True]


def test_problem_is_named() -> None:
    """A problem carries the line and the name of what it is about."""
    draft, _ = draft_of()
    found = draft.problem(("duties", 0, "channel"), "it is odd")
    assert found == Problem(draft.source.line(("duties", 0, "channel")), "duty I.1: channel: it is odd")
    assert draft.problem((), "it is odd").message == "it is odd"
