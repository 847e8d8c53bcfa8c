"""Signed links: what they say, and that nobody but us can make one."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.duties import OccurrenceKey
from shared.signed_links import Link, LinkRefused, Purpose, address, path, read_link

SECRET = "a sample secret that signs the links of this test"
KEY = OccurrenceKey(plan="p-2026", duty="III.5", agency="so-y-te", period="2026-02")
LINK = Link(Purpose.SUBMIT, "so-y-te", KEY, "3f2b9c0d", ("vanthu@so-y-te.example",), date(2026, 5, 4))


def _token(link: Link = LINK, secret: str = SECRET) -> str:
    url = address(link, "https://dondoc.example", secret)
    before = f"https://dondoc.example{path(link.purpose)}/"
    assert url.startswith(before)
    return url.removeprefix(before)


@given(st.lists(st.text(), max_size=3), st.sampled_from(Purpose), st.dates())
def test_a_link_says_what_was_put_into_it(mailboxes: list[str], purpose: Purpose, until: date) -> None:
    """Whatever it holds, it is read back, from characters that no mail program breaks."""
    link = replace(LINK, purpose=purpose, mailboxes=tuple(mailboxes), until=until)
    token = _token(link)
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert token.isascii()
    assert read_link(purpose, token, SECRET) == link


def test_the_same_link_has_the_same_address() -> None:
    """A mail whose bytes are made again has the same links."""
    assert _token() == _token(replace(LINK))


@given(st.data())
def test_an_altered_link_is_refused(data: st.DataObject) -> None:
    """Any one character, put in the place of another, spoils it."""
    token = _token()
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != token[at]))
    altered = token[:at] + other + token[at + 1 :]
    with pytest.raises(LinkRefused):
        read_link(Purpose.SUBMIT, altered, SECRET)


@pytest.mark.parametrize("more", ["=", "==", " ", "\n"])
def test_another_spelling_of_the_same_bytes_is_refused(more: str) -> None:
    """Base64 has several."""
    with pytest.raises(LinkRefused):
        read_link(Purpose.SUBMIT, _token() + more, SECRET)


@pytest.mark.parametrize("token", ["", ".", "a.b", "\x00", "ă.đ", "x" * 100_000, "W10.", *("." * n for n in range(5))])
def test_what_is_no_link_is_refused(token: str) -> None:
    """In one way, whatever it is."""
    with pytest.raises(LinkRefused):
        read_link(Purpose.SUBMIT, token, SECRET)


def test_a_link_is_for_one_purpose_and_of_one_secret() -> None:
    """The right to submit is no right to say that there is nothing to report."""
    for one, other in pairwise([*Purpose, Purpose.SUBMIT]):
        with pytest.raises(LinkRefused):
            read_link(other, _token(replace(LINK, purpose=one)), SECRET)
    with pytest.raises(LinkRefused):
        read_link(Purpose.SUBMIT, _token(secret=SECRET[::-1]), SECRET)
