"""The words and days of a plan file."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.assignments.plan_file.scalars import Day, DayOrUnknown, Mailbox, Name, Text, Token


def refused(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(value)
    return str(refusal.value.errors()[0]["ctx"]["error"])


@pytest.mark.parametrize("value", ["so-a", "X_1", "9", "a" * 64])
def test_token(value: str) -> None:
    """An id of an agency or a plan is one token of a subject."""
    assert TypeAdapter(Token).validate_python(value) == value


@pytest.mark.parametrize("value", ["", "a.b", "a b", "*", ">", "-a", "đ", "a/b", "a" * 65, "a\n"])
def test_no_token(value: str) -> None:
    """What would split or widen a subject, or a store's key, is no id."""
    assert "is no id" in refused(Token, value)


def test_name_may_hold_dots() -> None:
    """A duty is named as its clause is."""
    assert TypeAdapter(Name).validate_python("III.10b-radio") == "III.10b-radio"


@pytest.mark.parametrize("value", ["III/1", ".1", "III 1", ""])
def test_no_name(value: str) -> None:
    """A slash would part an occurrence's key in the wrong place."""
    assert "is no id" in refused(Name, value)


def test_text_is_trimmed() -> None:
    """Blanks around a text are no part of it."""
    assert TypeAdapter(Text).validate_python("  Sở Nội vụ ") == "Sở Nội vụ"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (" ", "it is empty; write a text"),
        ("a\nBcc: x", "it runs over several lines; write it on one"),
        ("a" * 501, "it has 501 characters; write 500 at most"),
    ],
)
def test_no_text(value: str, told: str) -> None:
    """A text is one line of a sane length, so it can stand in a mail's header."""
    assert refused(Text, value) == told


@pytest.mark.parametrize(
    ("letter", "called"),
    [
        ("\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("\u2066", "U+2066 (LEFT-TO-RIGHT ISOLATE)"),
        ("\u200f", "U+200F (RIGHT-TO-LEFT MARK)"),
        ("\u200b", "U+200B (ZERO WIDTH SPACE)"),
        ("\u2028", "U+2028 (LINE SEPARATOR)"),
        ("\x9b", "U+009B (a control character)"),
        ("\x00", "U+0000 (a control character)"),
        ("\x1b", "U+001B (a control character)"),
        ("\x0b", "U+000B (a control character)"),
    ],
)
def test_a_text_can_be_seen(letter: str, called: str) -> None:
    """What turns the reading direction, or can't be seen at all, is refused by its number and name."""
    told = refused(Text, f"abc {letter}, tháng")
    assert told == f"it holds the character {called}, which nobody sees; delete it, or write the text anew"


def test_what_vietnamese_is_written_with_is_a_text() -> None:
    """Stacked accents, dashes, quotation marks, a fixed blank of Word and an emoji are seen."""
    words = "“Cải cách hành chính” – số 10\u00a0phút, Ủy ban; ½ · 😀"
    assert TypeAdapter(Text).validate_python(words) == words


@pytest.mark.parametrize("value", ["2023-11-29", date(2023, 11, 29)])
def test_day(value: object) -> None:
    """A day is written year-month-day; one that is a day already stays."""
    assert TypeAdapter(Day).validate_python(value) == date(2023, 11, 29)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("29/11/2023", "as in 2023-11-29"),
        ("1.2.2023", "as in 2023-02-01"),
        ("2023", "as in 2023-11-29"),
        ("1672531200", "as in 2023-11-29"),
        ("2023-11-29T00:00:00Z", "as in 2023-11-29"),
    ],
)
def test_no_day(value: str, right: str) -> None:
    """Other forms are refused, with the same day in the right form where it can be told."""
    told = refused(Day, value)
    assert told.startswith(f"{value!r} is no date")
    assert told.endswith(right)


def test_day_that_does_not_exist() -> None:
    """The 30th of February is told apart from a wrong form."""
    assert refused(Day, "2023-02-30").startswith("there is no day '2023-02-30'")


def test_unknown_day() -> None:
    """Where the schema allows it, the word unknown is a value; elsewhere it is no date."""
    assert TypeAdapter(DayOrUnknown).validate_python("unknown") == "unknown"
    assert "is no date" in refused(Day, "unknown")


def test_mailbox() -> None:
    """A plain address."""
    assert TypeAdapter(Mailbox).validate_python("van.thu+1@so-a.example") == "van.thu+1@so-a.example"


@pytest.mark.parametrize(
    "value", ["a", "a@b", "a b@c.example", "Sở <a@b.example>", "a@b.example,c@d.example", "a@b.example\nBcc: x", "@"]
)
def test_no_mailbox(value: str) -> None:
    """A list, a name or a second header is no address."""
    assert "is no e-mail address" in refused(Mailbox, value)
