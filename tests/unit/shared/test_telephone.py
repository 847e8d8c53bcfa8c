"""Numbers as people write them."""

import pytest

from shared.telephone import dialled


@pytest.mark.parametrize(
    ("phone", "dial"),
    [
        ("0255 000 0000", "02550000000"),
        ("+84 255 382 2222", "+842553822222"),
        ("0255.3.822.222 / 0914 123 456", "02553822222"),
        ("0255 3822222 (máy lẻ 12)", "02553822222"),
        ("máy lẻ 12", ""),
        ("không có", ""),
    ],
)
def test_the_first_number_is_dialled(phone: str, dial: str) -> None:
    """Its separators are left out, and so is an extension or a second number; where there is none, nothing is."""
    assert dialled(phone) == dial
