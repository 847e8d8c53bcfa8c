"""The mail server's address."""

import pytest

from shared.smtp_url import Server, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:8025", Server("127.0.0.1", 8025, None, None, False, None)),
        ("smtp://mau.example", Server("mau.example", 25, None, None, False, None)),
        ("smtp://mau.example/?starttls=never", Server("mau.example", 25, None, None, False, False)),
        ("smtp://[::1]:25", Server("::1", 25, None, None, False, None)),
        ("smtp://a:b@mau.example", Server("mau.example", 587, "a", "b", False, True)),
        ("smtp://a:b@mau.example?starttls=never", Server("mau.example", 587, "a", "b", False, False)),
        ("smtps://a%40b:p%3Aq@mau.example", Server("mau.example", 465, "a@b", "p:q", True, False)),
    ],
)
def test_forms(url: str, server: Server) -> None:
    """Each form is read with its standard port; a password makes STARTTLS a must unless told otherwise."""
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mau.example", "write smtp://"),
        ("smtp://", "host"),
        ("smtp://mau.example:0", "above 0"),
        ("smtp://mau.example:99999", "65535"),
        ("smtp://mau.example:abc", "65535"),
        ("smtp://mau.example/x", "write smtp://"),
        ("smtp://bi-mat@mau.example", "without the other"),
        ("smtp://mau.example?starttls=perhaps", "none of always, auto, never"),
        ("smtp://a:b@mau.example?starttls=auto", "in the clear"),
        ("smtp://mau.example?timeout=5", "'timeout'"),
        ("smtps://mau.example?starttls=always", "starttls doesn't go with it"),
    ],
)
def test_wrong_forms(url: str, words: str) -> None:
    """A wrong address is refused with what is wrong and what would be right."""
    with pytest.raises(ValueError, match=words):
        parse_smtp_url(url)


def test_the_password_is_not_shown() -> None:
    """No error shows the password."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - what it must not hold is what counts
        parse_smtp_url("smtp://a:bi-mat@mau.example:abc")
    assert "bi-mat" not in str(caught.value)
