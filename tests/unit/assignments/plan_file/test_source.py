"""A file's plain data, and where each part of it stands."""

import pytest

from services.assignments.plan_file.source import ANY, Source

SOURCE = Source(
    {
        "id": "p",
        "agencies": [{"id": "so-a", "emails": ["x@y.example"]}, {"name": "B"}, "so-c"],
        "groups": {"g": {"kinds": ["k1", None]}, "h": None},
    },
    {(): 1, ("id",): 1, ("agencies",): 2, ("agencies", 0): 3, ("agencies", 0, "emails"): 4},
)


@pytest.mark.parametrize(
    ("loc", "line"),
    [(("id",), 1), (("agencies", 0, "emails", 0), 4), (("agencies", 0, "kind"), 3), (("agencies", 7), 2), (("x",), 1)],
)
def test_nearest_line(loc: tuple[str | int, ...], line: int) -> None:
    """What isn't in the file is told at the line of what is around it."""
    assert SOURCE.line(loc) == line


def test_empty_source_has_a_line() -> None:
    """Even of an empty file a problem has a line."""
    assert Source(None).line(("id",)) == 1


def test_get() -> None:
    """What stands at a path, or none, whatever the shape on the way."""
    assert SOURCE.get("agencies", 0, "id") == "so-a"
    assert SOURCE.get("agencies", 2, "id") is None
    assert SOURCE.get("agencies", 9) is None
    assert SOURCE.get("id", "x") is None


def test_texts() -> None:
    """A star stands for each item or key; what is no text is passed over."""
    assert list(SOURCE.texts("agencies", ANY, "id")) == [(("agencies", 0, "id"), "so-a")]
    assert list(SOURCE.texts("groups", ANY, "kinds", ANY)) == [(("groups", "g", "kinds", 0), "k1")]
    assert list(SOURCE.texts("id", ANY)) == []


def test_keys() -> None:
    """A section's keys, none if it is no mapping."""
    assert SOURCE.keys("groups") == ["g", "h"]
    assert SOURCE.keys("agencies") == []


@pytest.mark.parametrize(
    ("loc", "called"),
    [
        (("id",), "id"),
        (("agencies", 0, "emails", 0), "agency so-a: emails"),
        (("agencies", 0), "agency so-a"),
        (("agencies", 1, "id"), "agency no. 2: id"),
        (("agencies", 2), "agency no. 3"),
        (("groups", "g", "kinds", 0), "groups.g.kinds"),
        ((), ""),
    ],
)
def test_called(loc: tuple[str | int, ...], called: str) -> None:
    """People know an agency or a duty by its id, else by its number in the file."""
    assert SOURCE.called(loc) == called
