"""From a plan file's bytes to the plan, or to everything that is wrong with it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.assignments.plan_file import PlanError, load_plan
from tests.unit.assignments.sample import LATIN_1, SMALL, edited, line_of, problems_of

RAW = SMALL.read_bytes()


def test_all_problems_in_one_go() -> None:
    """Wrong words, wrong shapes and wrong references of one file are told together, by line."""
    raw = edited(
        SMALL,
        ("year: 2026", "year: soon"),
        ("coordinator: so-a", "coordinator: so-b"),
        ("    name: Sở A\n", ""),
        ("frequency: monthly", "frequency: monhtly"),
        ("channel: radio", "channel: radios"),
    )
    found = [(problem.line, problem.message.split(";")[0]) for problem in problems_of(raw)]
    assert found == [
        (line_of(raw, "year: soon"), "year: 'soon'"),
        (line_of(raw, "so-b"), "coordinator: unknown agency 'so-b'"),
        (line_of(raw, "- id: so-a"), "agency so-a: name is missing"),
        (line_of(raw, "monhtly"), "duty I.1: frequency: 'monhtly' is not one of them"),
        (line_of(raw, "radios"), "duty I.1: channel: unknown channel 'radios'"),
    ]


def test_malformed_agency_is_not_unknown() -> None:
    """An agency with a slip in it is still known by its id, so one slip isn't told twice."""
    (problem,) = problems_of(edited(SMALL, ("vanthu@so-a.example", "vanthu")))
    assert "is no e-mail address" in problem.message


@pytest.mark.parametrize("written", ["Sở A \u202ecba", '"Sở A \\u202ecba"'])
def test_marks_of_direction_are_told_with_their_line(written: str) -> None:
    """What would turn a page's words and dates is refused as it is and as YAML's escape, at the name that holds it."""
    raw = edited(SMALL, ("    name: Sở A\n", f"    name: {written}\n"))
    [problem] = problems_of(raw)
    assert problem.line == line_of(raw, "    name: " + written)
    assert "U+202E (RIGHT-TO-LEFT OVERRIDE), which nobody sees; delete it" in problem.message


def test_error_names_the_file() -> None:
    """Each line of the error begins with the file's name and the line."""
    with pytest.raises(PlanError) as refusal:
        load_plan(b"", "plans/empty.yaml")
    assert str(refusal.value).startswith("plans/empty.yaml:1: a plan file is a mapping")


def test_latin_1_file() -> None:
    """A file saved as Latin-1 is refused with the place of its first wrong byte and what to do."""
    (problem,) = problems_of(LATIN_1.read_bytes())
    assert problem.line == 4
    assert problem.message.startswith("byte 118 of the file (0xEA, column 9 of this line) is not UTF-8")
    assert problem.message.endswith("save the file as UTF-8")


def test_windows_line_ends() -> None:
    """A file with CR LF is read as it is, and its lines are counted the same."""
    assert problems_of(RAW.replace(b"\n", b"\r\n")) == []
    wrong = edited(SMALL, ("channel: radio", "channel: radios"))
    assert problems_of(wrong.replace(b"\n", b"\r\n")) == problems_of(wrong)


def test_half_a_million_aliases() -> None:
    """A file that would grow without end is refused at its first anchor."""
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    (problem,) = problems_of(bomb.encode())
    assert problem.line == 1


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"duties: [{}]")
@example(b"agencies: [[]]\nduties: {}")
def test_any_bytes(raw: bytes) -> None:
    """Whatever the bytes, the answer is a plan or problems, each with a line of the file."""
    assert problems_of(raw)


LINES = RAW.decode().splitlines()
NUMBERS = st.integers(0, len(LINES) - 1)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from(["drop", "swap", "double", "cut", "empty"])), max_size=4))
def test_any_slip(slips: list[tuple[int, int, str]]) -> None:
    """Lines lost, swapped, doubled, cut or emptied: a plan, or problems on lines that the file has."""
    lines = list(LINES)
    for first, second, slip in slips:
        match slip:
            case "drop":
                lines[first] = ""
            case "swap":
                lines[first], lines[second] = lines[second], lines[first]
            case "double":
                lines[first] = f"{lines[first]}\n{lines[first]}"
            case "cut":
                lines[first] = lines[first][: len(lines[first]) // 2]
            case "empty":
                lines[first] = lines[first].partition(":")[0] + ":"
    text = "\n".join(lines)
    for problem in problems_of(text.encode()):
        assert 1 <= problem.line <= text.count("\n") + 2
        assert problem.message
