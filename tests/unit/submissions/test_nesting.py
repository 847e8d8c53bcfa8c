"""How deep JSON nests, beside what its own reader says."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.nesting import nests_deeper

_TEXT = st.text(alphabet='[]{}"\\\\a', max_size=6)
_VALUES = st.recursive(_TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3))


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


@given(_VALUES, st.integers(0, 6))
def test_levels_are_those_of_the_value(value: Any, most: int) -> None:
    assert nests_deeper(json.dumps(value).encode(), most) == (_depth(value) > most)


@given(st.binary(max_size=60) | st.text(alphabet='[]{}"\\\\', max_size=60).map(str.encode))
def test_whatever_the_bytes_are_it_answers(raw: bytes) -> None:
    assert nests_deeper(raw, 2) in {True, False}


def test_text_that_never_ends_is_read_once() -> None:
    """Twice over for each of its quotation marks, it would take hours."""
    assert not nests_deeper(b"[" * 3 + b'"' + b'\\"' * 500_000, 3)
