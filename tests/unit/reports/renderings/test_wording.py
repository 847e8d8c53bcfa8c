"""Figures, days and periods as Vietnamese officials write them."""

from datetime import date
from fractions import Fraction

import pytest

from services.reports.renderings import wording
from shared.contracts.ledger import State
from shared.contracts.report import Counts
from shared.vietnamese import STATES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(11, 12), "91,7%"),
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
        (Fraction(1, 2000), "0,1%"),
        (Fraction(1999, 2000), "100%"),
        (None, "không áp dụng"),
    ],
)
def test_rates_have_one_decimal_after_a_comma(value: Fraction | None, text: str) -> None:
    """Half a tenth is rounded up; without a rate it says so."""
    assert wording.rate(value) == text


def test_days_and_numbers() -> None:
    """Two digits for days and months; dots between thousands; a comma before decimals."""
    assert wording.day(date(2023, 2, 9)) == "09/02/2023"
    assert wording.number(1234567) == "1.234.567"
    assert wording.number(4.5) == "4,5"


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (5, "05"), (10, "10"), (1200, "1.200")])
def test_small_quantities_have_a_leading_zero(value: int, text: str) -> None:
    """In running text, as official papers do it."""
    assert wording.quantity(value) == text


def test_every_figure_has_a_word_in_the_contracts_order() -> None:
    """A new figure can't be forgotten, nor stand under another's word; lateness is `trễ hạn` wherever it is named."""
    assert tuple(wording.COUNTS) == tuple(Counts.model_fields)
    assert wording.COUNTS["met_late"] == STATES[State.MET_LATE] == "Trễ hạn"


def test_every_document_says_its_day() -> None:
    """In one and the same sentence."""
    assert wording.as_of(date(2023, 11, 29)) == "Số liệu tính đến ngày 29/11/2023"
