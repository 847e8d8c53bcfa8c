"""Periods, dates and delays in Vietnamese."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.notifier.letters.text import one_line
from services.notifier.letters.wording import delay, moment, period_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2023-W07", "tuần 07/2023 (13/02–19/02/2023)"),
        ("2020-W53", "tuần 53/2020 (28/12/2020–03/01/2021)"),
        ("2023-02", "tháng 02/2023"),
        ("2023-Q1", "quý I/2023"),
        ("2023-Q4", "quý IV/2023"),
        ("2023", "năm 2023"),
    ],
)
def test_period_words(name: str, words: str) -> None:
    """Each kind of period reads as an officer writes it, a week with its days."""
    assert period_words(name) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [(4, "còn 3 ngày"), (7, "hôm nay là hạn cuối"), (8, "quá hạn 1 ngày"), (19, "quá hạn 12 ngày")],
)
def test_delay(day: int, words: str) -> None:
    """The delay counts days of the calendar from the last day of registration."""
    assert delay(date(2023, 3, 7), date(2023, 3, day)) == words


def test_moment() -> None:
    """The hour of the data is told in the plan's own time zone."""
    at = datetime(2023, 2, 14, 1, 5, tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert moment(at) == "08 giờ 05 ngày 14/02/2023"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("a\r\nBcc: x", "a Bcc: x"),
        ("a\x00b\x1bc", "a b c"),
        ("a\u2028b\u202ec\ud800d", "a bcd"),
        ("  Sở   Nội vụ ", "Sở Nội vụ"),
        ("Sở".replace("ở", "ở"), "Sở"),
        ("", ""),
    ],
)
def test_one_line(given: str, line: str) -> None:
    """Line breaks, controls, direction overrides and surrogates become a space; accents are composed."""
    assert one_line(given) == line


def test_one_line_is_cut() -> None:
    """A text that is too long ends with an ellipsis, at the length that is asked for."""
    assert one_line("chữ " * 50, 10) == "chữ chữ c…"
