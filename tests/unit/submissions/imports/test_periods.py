"""Names of periods, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.imports.periods import period_name
from shared.periods import KINDS, of_year

EVERY = [period.name for kind in KINDS for period in of_year(2023, kind)]


@pytest.mark.parametrize("name", EVERY)
def test_a_period_s_own_name_stays(name: str) -> None:
    """In capitals or not."""
    assert period_name(name) == name
    assert period_name(name.lower()) in (name, name.lower())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tháng 2/2023", "2023-02"),
        ("tháng 02 năm 2023", "2023-02"),
        ("02/2023", "2023-02"),
        ("T2/2023", "2023-02"),
        ("Tuần 7/2023", "2023-W07"),
        ("TUAN 07 - 2023", "2023-W07"),
        ("tuần thứ 7 năm 2023", "2023-W07"),
        ("Quý I/2023", "2023-Q1"),
        ("quy 4 nam 2023", "2023-Q4"),
        ("Quý IV/2023", "2023-Q4"),
        ("Năm 2023", "2023"),
    ],
)
def test_people_s_names(text: str, name: str) -> None:
    """Vietnamese, with or without diacritics."""
    assert period_name(text) == name


@given(st.text(max_size=30))
def test_what_is_no_period_stays_as_it_is(text: str) -> None:
    """The rules say then what would be right; what is changed has the form of a period."""
    name = period_name(text)
    assert name == text or name[:4].isdigit()


@pytest.mark.parametrize("text", ["Tháng 2", "Quý V/2023", "tuần này", "2023-02-05"])
def test_nothing_is_guessed(text: str) -> None:
    """A month without its year may be one of two."""
    assert period_name(text) == text
