"""Outputs as the report lists them."""

from datetime import date

from services.reports.duty_lines import Duties
from services.reports.output_lines import output_line
from tests.unit.reports.sample import PLAN, output, review

MADE = output("o", "III.5", "stttt", date(2023, 5, 2), period="2023-05")


def test_the_channel_is_the_dutys_where_the_output_names_none() -> None:
    """An own one stays."""
    duties = Duties(PLAN)
    assert output_line(MADE, [], duties, MADE.day).channel == "web"
    assert output_line(MADE.model_copy(update={"channel": "radio"}), [], duties, MADE.day).channel == "radio"


def test_it_needs_a_fix_from_the_day_on_which_it_was_sent_back() -> None:
    """Not before, and not after it was accepted."""
    reviews = [review(MADE, 1, date(2023, 5, 9), accepted=False), review(MADE, 2, date(2023, 6, 1), accepted=True)]
    days = [date(2023, 5, 8), date(2023, 5, 9), date(2023, 6, 1)]
    assert [output_line(MADE, reviews, Duties(PLAN), day).needs_fix for day in days] == [False, True, False]
