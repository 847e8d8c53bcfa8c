"""What is left of text from outside: what people can see of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.seen_text import lines, one_line, seen


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bản tin\u00a0số  01", "Bản tin số 01"),
        ("Ba\u0309n tin", "Bản tin"),
        ("tuyên\u00adtruyền\u200b, \ufeffđợt 1", "tuyêntruyền, đợt 1"),
        ("một\x00hai\u2028ba\r\nbốn", "một hai ba bốn"),
        ("\u202eđảo\u202c \u2067ngược\u2069\ud800", "đảo ngược"),
        ("\u200b\u00a0\n", ""),
    ],
)
def test_one_line(text: str, left: str) -> None:
    """Controls and line breaks part words; what has no shape, or only turns the direction, is gone; letters are
    composed."""
    assert one_line(text) == left


def test_a_long_line_is_cut() -> None:
    """With a mark that says so, within the length."""
    assert one_line("một hai ba", 8) == "một hai…"
    assert one_line("một hai", 7) == "một hai"


def test_lines_stay() -> None:
    """In a note, however they end; each is one line in itself."""
    assert lines("\r\nmột\u202e  hai\rba\x07bốn\n") == "một hai\nba bốn"


@given(st.text(st.characters(codec=None), max_size=60))
def test_nothing_unseen_is_left(text: str) -> None:
    """Whatever comes: no control, mark of direction or surrogate, and doing it twice changes nothing."""
    line = one_line(text)
    assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert one_line(line) == line
    assert {unicodedata.category(char) for char in seen(text).replace("\n", "")} <= {
        *({unicodedata.category(char) for char in text} - {"Cc", "Cf", "Cs", "Zl", "Zp"}),
        "Zs",
    }
