"""What a client library can't read is made readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.nats_reading import readable, readable_headers, stored_at


@pytest.mark.parametrize(
    "headers", [None, b"", b"\xff\xff\xff\xff\r\n\r\n", b"NATS/1.0\r\n", b"HTTP/1.1\r\na: b\r\n\r\n"]
)
def test_what_are_no_headers_are_none(headers: bytes | None) -> None:
    """The message is then read as one without headers."""
    assert readable_headers(headers) is None


def test_headers_stay_as_they_are() -> None:
    """A letter outside ASCII is no fault."""
    right = "NATS/1.0\r\nce-id: bản-tin\r\n\r\n".encode()
    assert readable_headers(right) == right


@pytest.mark.parametrize(
    "reply",
    [
        "$JS.ACK.INTAKE.submissions-intake.1.7.9.1700000000123456789.3",
        "$JS.ACK._.acc.INTAKE.submissions-intake.1.7.9.1700000000123456789.3",
        "$JS.ACK.hub.acc.INTAKE.submissions-intake.1.7.9.1700000000123456789.3.random",
    ],
)
def test_the_moment_is_the_one_that_the_library_reads(reply: str) -> None:
    """In each form that servers write."""
    msg = Msg(_client=Client(), subject="s", reply=reply)
    assert stored_at(msg) == msg.metadata.timestamp


@given(st.binary(max_size=100))
def test_any_bytes_become_text_of_utf_8(given_bytes: bytes) -> None:
    """Nothing raises, and what was right is left alone."""
    text = readable(given_bytes).decode()
    try:
        assert text == given_bytes.decode()
    except UnicodeDecodeError:
        assert "\ufffd" in text
