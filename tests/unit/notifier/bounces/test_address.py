"""Addresses to which servers report: only we can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.bounces.address import LONGEST_LOCAL, BounceAddress

SHORT = "0123456789abcdef0123456789abcdef"
OURS = BounceAddress("tra-lai@mau.example", "bi mat " * 6)


def test_it_names_the_mail() -> None:
    """What was made is read back, whatever a server did to its case, and fits an address."""
    address = OURS.of(SHORT)
    assert address.startswith("tra-lai+")
    assert len(address.partition("@")[0]) <= 64
    assert OURS.read([address]) == OURS.read(["", "ai@do.example", address.upper()]) == SHORT


def test_another_secret_s_address_is_none_of_ours() -> None:
    """Who doesn't know the secret can't make one."""
    assert OURS.read([BounceAddress("tra-lai@mau.example", "khac " * 8).of(SHORT)]) is None


@given(at=st.integers(8, 49), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_altered_one_is_refused(at: int, letter: str) -> None:
    """One letter of the token is enough."""
    address = OURS.of(SHORT)
    altered = address[:at] + letter + address[at + 1 :]
    assert OURS.read([altered]) == (SHORT if altered == address else None)


@given(st.text(max_size=80))
def test_garbage_is_none(text: str) -> None:
    """Anything may stand in a header."""
    assert OURS.read([text, f"tra-lai+{text}@mau.example"]) is None


def test_a_local_part_that_leaves_no_room() -> None:
    """It is refused when the service starts, and not at the first mail."""
    with pytest.raises(ValueError, match=f"1 to {LONGEST_LOCAL} characters"):
        BounceAddress(f"{'x' * (LONGEST_LOCAL + 1)}@mau.example", "bi mat")
