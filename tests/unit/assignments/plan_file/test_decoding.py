"""From bytes to text."""

import pytest

from services.assignments.plan_file.decoding import LARGEST, decode
from services.assignments.plan_file.problems import Problem, Unreadable


def refused(raw: bytes) -> Problem:
    with pytest.raises(Unreadable) as refusal:
        decode(raw)
    (problem,) = refusal.value.problems
    return problem


def test_utf8() -> None:
    """Vietnamese text in UTF-8 is read as it is."""
    assert decode("Sở Nội vụ".encode()) == "Sở Nội vụ"


def test_byte_order_mark() -> None:
    """The mark that Windows editors put in front is no part of the text."""
    assert decode(b"\xef\xbb\xbfid: a") == "id: a"


def test_letters_are_composed() -> None:
    """Letters that were typed as base and accent become one, so that equal words are equal."""
    assert decode("Sơ\u0309".encode()) == "Sở"


def test_latin_1() -> None:
    """A Latin-1 file is refused with the byte, its place and what to do."""
    problem = refused("id: a\ntitle: Bình Sơn".replace("ơ", "o").encode("latin-1"))
    assert problem.line == 2
    assert problem.message == ("byte 15 of the file (0xEC, column 9 of this line) is not UTF-8: save the file as UTF-8")


def test_utf_16() -> None:
    """A file saved as “Unicode” by Notepad is refused at its first byte."""
    problem = refused("id: a".encode("utf-16"))
    assert problem.line == 1
    assert problem.message.startswith("byte 1 of the file (0xFF")


def test_truncated_letter() -> None:
    """A file cut in the middle of a letter is refused, not read as far as it goes."""
    assert "is not UTF-8" in refused("Sở".encode()[:-1]).message


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\u200b\x07", "\x85", "\u2028"])
def test_control_characters(letter: str) -> None:
    """Characters that no editor shows are refused with their number and line."""
    problem = refused(f"id: a\n\ntitle: x{letter}".encode())
    assert problem.line == 3
    assert f"U+{ord(letter[-1]):04X}" in problem.message


def test_size() -> None:
    """A file of 4 MiB is read, one byte more is refused."""
    assert len(decode(b"a" * LARGEST)) == LARGEST
    assert refused(b"a" * (LARGEST + 1)).message == "the file has 4,194,305 bytes; a plan file has at most 4,194,304"
