"""Header lines as bytes that any mail program reads back."""

from email import message_from_string, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.letters.headers import address_line, line, text_line
from services.notifier.letters.text import one_line

TEXTS = st.text(max_size=200).map(one_line)
ADDRESSES = ["mot@mau.example", "hai@mau.example"]


@given(TEXTS)
def test_text_reads_back(text: str) -> None:
    """Any text on one line reads back as it was, in lines of at most 76 characters."""
    written = text_line("Subject", text)
    assert message_from_string(written + "\r\n", policy=policy.default)["Subject"] == text
    assert max(map(len, written.split("\r\n"))) <= 76


@given(TEXTS.filter(bool))
def test_names_never_become_addresses(name: str) -> None:
    """Whatever the display name holds, commas and brackets too, the addresses are those that were given."""
    written = address_line("To", ADDRESSES, name)
    message = message_from_string(written + "\r\n", policy=policy.default)
    assert [address.addr_spec for address in message["To"].addresses] == ADDRESSES
    # The modern parser puts a space between two encoded words of a name (RFC 2047, 6.2 says none); the old one doesn't.
    words = written.removeprefix("To: ").partition("<")[0]
    assert str(make_header(decode_header(words))).strip() == name


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a\nb", "a\x00b", "ắ"])
def test_what_would_break_a_header(value: str) -> None:
    """A plain header refuses whatever isn't printable ASCII."""
    with pytest.raises(ValueError, match="can't hold"):
        line("Date", value)


def test_addresses_are_ascii() -> None:
    """An address that isn't ASCII is refused; it can't be in a header."""
    with pytest.raises(ValueError, match="not ASCII"):
        address_line("To", ["đài@mau.example"])
