"""When a duty is due, before it is known by whom."""

from datetime import date

import pytest

from services.assignments.plan_file.due import Due, clipped
from services.assignments.plan_file.model import DutyEntry, Window
from shared.contracts.plan import Frequency
from tests.unit.assignments.sample import SMALL, plan_of

(BASE,) = plan_of(SMALL).duties


def due(frequency: Frequency, **more: object) -> DutyEntry:
    return BASE.model_copy(update={"frequency": frequency, **more})


@pytest.mark.parametrize(
    ("frequency", "number"),
    [
        (Frequency.WEEKLY, 52),
        (Frequency.MONTHLY, 12),
        (Frequency.QUARTERLY, 4),
        (Frequency.YEARLY, 1),
        (Frequency.CONTINUOUS, 0),
    ],
)
def test_whole_year(frequency: Frequency, number: int) -> None:
    """Without a window a duty is due in every period of 2023; a continuous one never."""
    assert len(clipped(2023, due(frequency))) == number


def test_window_clips() -> None:
    """A month that reaches out of the window is owed in part, one outside not at all."""
    window = Window(start=date(2023, 2, 10), end=date(2023, 4, 1))
    assert clipped(2023, due(Frequency.MONTHLY, window=window)) == (
        Due("2023-02", date(2023, 2, 10), date(2023, 2, 28)),
        Due("2023-03", date(2023, 3, 1), date(2023, 3, 31)),
        Due("2023-04", date(2023, 4, 1), date(2023, 4, 1)),
    )


def test_window_with_one_end() -> None:
    """ "Before 30/11" is a window that ends on the 29th and begins with the year."""
    window = Window(end=date(2023, 11, 29))
    assert clipped(2023, due(Frequency.YEARLY, window=window)) == (Due("2023", date(2023, 1, 1), date(2023, 11, 29)),)


def test_own_periods_in_the_order_of_time() -> None:
    """Listed periods are due in the order of time, however they are listed."""
    found = clipped(2023, due(Frequency.QUARTERLY, periods=("2023-Q3", "2023-Q1")))
    assert [one.period for one in found] == ["2023-Q1", "2023-Q3"]


def test_nothing_left() -> None:
    """A window outside the listed periods leaves nothing."""
    window = Window(end=date(2023, 3, 31))
    assert clipped(2023, due(Frequency.QUARTERLY, periods=("2023-Q3",), window=window)) == ()
