"""A duration is either nominal or a range."""

import pytest

from tests.unit.assignments.sample import SMALL, edited, problems_of


def told(duration: str) -> list[str]:
    changed = edited(SMALL, ("    channel: radio", f"    channel: radio\n    duration: {duration}"))
    return [problem.message for problem in problems_of(changed)]


@pytest.mark.parametrize(
    "duration", ["{nominal: 5, text: x}", "{from: 10, to: 15, text: x}", "{from: 5, to: 5, text: x}"]
)
def test_forms(duration: str) -> None:
    """Both forms are right, and a range may be one number."""
    assert told(duration) == []


@pytest.mark.parametrize(
    "duration",
    [
        "{text: x}",
        "{from: 5, text: x}",
        "{to: 5, text: x}",
        "{nominal: 5, to: 6, text: x}",
        "{nominal: 5, from: 1, to: 6, text: x}",
    ],
)
def test_neither(duration: str) -> None:
    """Half a range, both forms or none are told with both forms."""
    (message,) = told(duration)
    assert message.startswith("duty I.1: duration: it is neither nominal nor a range; write {nominal: 5")


def test_reversed() -> None:
    """A range that ends before it begins is told."""
    (message,) = told("{from: 15, to: 10, text: x}")
    assert "it ends at 10 before it begins at 15" in message


def test_text_is_needed() -> None:
    """The plan's own words are printed, so they are needed."""
    (message,) = told("{nominal: 5}")
    assert message == 'duty I.1: duration: text is missing; write the plan\'s words, as in "10–15 phút"'
