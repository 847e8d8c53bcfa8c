"""What a person may write into the report."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts.narrative import LONGEST_NARRATIVE, NARRATIVE, NarrativeWritten, Part

WRITTEN: dict[str, Any] = {
    "plan": "mau-2026",
    "part": "causes",
    "revision": 1,
    "day": date(2026, 3, 2),
    "text": "Do bão.",
    "author": "can-bo@so-a.example",
}


def test_every_part_has_its_title_in_the_reports_order() -> None:
    """A part without one couldn't be asked for, and the outline is that of the domain."""
    assert list(NARRATIVE) == list(Part)
    assert all(NARRATIVE.values())


@pytest.mark.parametrize("text", ["", "Một.\n\n- Hai\n\t- **Ba**", "<script>{{7*7}}</script>", "ă" * LONGEST_NARRATIVE])
def test_text_is_kept_as_it_is(text: str) -> None:
    """Lines, tabs, markup of others and the longest one; nothing at all takes a part away."""
    assert NarrativeWritten(**WRITTEN | {"text": text}).text == text


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("text", "a\x00b"),
        ("text", "a\x1bb"),
        ("text", "a\r\nb"),
        ("text", "a\x85b"),
        ("text", "x" * (LONGEST_NARRATIVE + 1)),
        ("part", "preface"),
        ("revision", 0),
    ],
)
def test_what_no_document_can_hold_is_refused(field: str, wrong: object) -> None:
    """Control characters, what is too long, a part that the outline doesn't have, a revision before the first."""
    with pytest.raises(ValidationError, match=field):
        NarrativeWritten(**WRITTEN | {field: wrong})
