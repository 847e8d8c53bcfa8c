"""From YAML to plain data with lines."""

import pytest

from services.assignments.plan_file.problems import Problem, Unreadable
from services.assignments.plan_file.reading import read


def refused(text: str) -> Problem:
    with pytest.raises(Unreadable) as refusal:
        read(text)
    (problem,) = refusal.value.problems
    return problem


@pytest.mark.parametrize(
    "scalar", ["no", "on", "2023-02", "2023-02-30", "12:30", "0x10", "1_000", "1e3", "true", "=", "013"]
)
def test_scalars_stay_text(scalar: str) -> None:
    """What YAML 1.1 would turn into a bool, a date, a number of seconds or an octal stays as it is written."""
    assert read(f"a: {scalar}")[0].data == {"a": scalar}


@pytest.mark.parametrize("nothing", ["", "~", "null", "NULL"])
def test_nothing(nothing: str) -> None:
    """An empty value is none."""
    assert read(f"a: {nothing}")[0].data == {"a": None}


def test_quoted_words_are_text() -> None:
    """In quotation marks even null is a word."""
    assert read("a: 'null'\nb: \"\"")[0].data == {"a": "null", "b": ""}


def test_lines() -> None:
    """A value stands on the line of its key, an item on its own; both layouts tell it."""
    source, _ = read("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert source.data == {"a": "1", "b": ["x", {"c": "2", "d": "3"}]}
    places = [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "c"), ("b", 1, "d")]
    assert [source.line(place) for place in places] == [1, 2, 3, 4, 4, 5]


def test_key_given_twice() -> None:
    """The first one is kept, the second is a problem, and the rest is still read."""
    source, problems = read("a:\n  b: 1\n  b: {c: 2}\n  d: 3")
    assert source.data == {"a": {"b": "1", "d": "3"}}
    assert problems == [Problem(3, "key 'b' is given twice, first on line 2; keep one of them")]
    assert source.line(("a", "b")) == 2
    assert source.line(("a", "d")) == 4


def test_empty_file() -> None:
    """A file without content holds nothing; what is missing is told later."""
    assert read("# a comment alone\n")[0].data is None


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: &x {b: 1}", "&x a: 1", "- *x", "<<: *x"])
def test_anchors_and_aliases(text: str) -> None:
    """A small file can't be made to mean a large one."""
    assert refused(f"z: 1\n\n{text}" if ":" in text[:3] else text).message.startswith("YAML anchors")


@pytest.mark.parametrize("text", ["a: !!int 1", "a: !x 1", "a: !!python/object:os.system {}", "!!map {a: 1}"])
def test_tags(text: str) -> None:
    """Nothing in the file is made into an object of the program."""
    assert "is refused; write the value without it" in refused(text).message


@pytest.mark.parametrize("text", ["? [a]\n: 1", "{[a]: 1}", "{a: 1}: 2"])
def test_keys_are_words(text: str) -> None:
    """A list or a mapping can't be a key."""
    assert refused(text).message == "a key must be a plain word, as in `title: …`"


def test_second_document() -> None:
    """A file holds one plan."""
    assert refused("a: 1\n---\nb: 2") == Problem(2, "a second document starts here; a plan file holds one")


def test_depth() -> None:
    """Nesting without end is refused before it takes the stack."""
    assert refused("[" * 5000 + "]" * 5000).message == "nested deeper than 12 levels; a plan file needs less"


def test_tab() -> None:
    """A tab gets the advice that helps."""
    problem = refused("a:\n\tb: 1")
    assert problem.line == 2
    assert problem.message.endswith("indent with spaces, not with tabs")


def test_colon_within_a_text() -> None:
    """A colon in a title is the usual slip."""
    problem = refused("id: a\ntitle: Kế hoạch: năm 2023")
    assert problem.line == 2
    assert 'put a text that holds ": " in quotation marks' in problem.message


@pytest.mark.parametrize(("text", "line"), [("a: [1,\nb: 2", 2), ("a: 1\n b: 2", 2), ("a: 'x", 1), ("a: b\n@", 2)])
def test_no_yaml(text: str, line: int) -> None:
    """What can't be read is told with a line and where to look."""
    problem = refused(text)
    assert problem.line == line
    assert problem.message.startswith("not YAML: ")
