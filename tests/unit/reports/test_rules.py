"""Which rates apply, and what months and names are called."""

from datetime import date
from fractions import Fraction

from services.reports.rules import completion, month_of, months_of, names, punctuality
from shared.contracts.report import Counts


def test_no_rate_applies_where_nothing_is_owed() -> None:
    """A continuous duty, or one wholly excused, has no rate of completion; nor of punctuality."""
    assert completion(Counts()) is None
    assert completion(Counts(expected=2, excused=2)) is None
    assert punctuality(Counts(expected=1, open=1)) is None


def test_rates_are_exact() -> None:
    """11 of 12 done, 10 of them in time, none overdue."""
    counts = Counts(expected=12, met=10, met_late=1, open=1)
    assert completion(counts) == Fraction(11, 12)
    assert punctuality(counts) == Fraction(10, 11)


def test_months_hold_the_year_and_what_ends_beside_it() -> None:
    """A week of the ISO year that ends in the next January gets that month."""
    months = months_of(2024, ["2025-01"])
    assert months[0] == "2024-01"
    assert months[-1] == "2025-01"
    assert len(months) == 13


def test_a_month_is_written_with_two_digits() -> None:
    """February 2023 is 2023-02."""
    assert month_of(date(2023, 2, 21)) == "2023-02"


def test_unknown_names_come_last_in_order() -> None:
    """The plan's order holds; what it doesn't know follows by name, and is named by its id."""
    assert list(names({"b": "B", "a": "A"}, ["z", "a", "c"]).items()) == [
        ("b", "B"),
        ("a", "A"),
        ("c", "c"),
        ("z", "z"),
    ]
