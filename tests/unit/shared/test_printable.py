"""What XML forbids or what turns the reading direction doesn't reach a document."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from shared.printable import printable


@given(st.text())
def test_what_is_printable_is_xml(text: str) -> None:
    """Any text can stand in an XML element afterwards, and reads back the same."""
    shown = printable(text).replace("\r", " ")
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert (ElementTree.fromstring(f"<t>{escaped}</t>").text or "") == shown


def test_ordinary_text_is_left_alone() -> None:
    """Vietnamese, punctuation, a tab and a line's end."""
    text = "Ơ, Ư và ệ – “trích”; A & B <c>\t\n"
    assert printable(text) == text


def test_direction_overrides_are_shown() -> None:
    """A name can't pretend to end otherwise than it does."""
    assert printable("hóa đơn\u202egpj.exe") == "hóa đơn�gpj.exe"
