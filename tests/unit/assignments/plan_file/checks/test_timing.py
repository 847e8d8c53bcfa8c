"""When a duty is due."""

import pytest

from tests.unit.assignments.sample import SMALL, edited, problems_of


def told(*lines: str, frequency: str = "monthly", count: str = "explicit") -> list[str]:
    more = "\n".join(f"    {line}" for line in ("channel: radio", *lines))
    changes = (("    channel: radio", more), ("frequency: monthly", f"frequency: {frequency}"))
    changed = edited(SMALL, *changes, ("count: explicit", f"count: {count}"))
    return [problem.message for problem in problems_of(changed)]


@pytest.mark.parametrize("frequency", ["weekly", "monthly", "quarterly", "yearly"])
@pytest.mark.parametrize("count", ["explicit", "implied"])
def test_counted(frequency: str, count: str) -> None:
    """A duty with a frequency is counted, whether the plan says so or implies it."""
    assert told(frequency=frequency, count=count) == []


def test_continuous() -> None:
    """A continuous duty has no count."""
    assert told(frequency="continuous", count="none") == []


@pytest.mark.parametrize(
    ("frequency", "period"),
    [("weekly", "2026-W53"), ("monthly", "2026-12"), ("quarterly", "2026-Q4"), ("yearly", "2026")],
)
def test_own_periods(frequency: str, period: str) -> None:
    """Each frequency has its form of period; 2026 has a week 53."""
    assert told(f"periods: [{period}]", frequency=frequency) == []


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2026-W01", "'2026-W01' is weekly, but the duty is monthly; write one as in 2026-01"),
        ("2025-01", "'2025-01' is not of the plan's year 2026; write one as in 2026-01"),
        ("2026-00", "there is no period '2026-00'; write 2023-W07 (ISO week), 2023-02 (month)"),
        ("02/2026", "'02/2026' is no period; write 2023-W07 (ISO week), 2023-02 (month)"),
    ],
)
def test_wrong_period(period: str, message: str) -> None:
    """A period of another kind or year, or no period at all, is told with the right form."""
    (found,) = told(f"periods: [{period}]")
    assert found.startswith(f"duty I.1: periods: {message}")


def test_week_that_the_year_lacks() -> None:
    """2023 has no week 53, and 2026 has no week 54."""
    (found,) = told("periods: [2026-W54]", frequency="weekly")
    assert "there is no period '2026-W54'" in found


def test_no_periods() -> None:
    """An empty list of periods leaves nothing due."""
    assert told("periods: []") == ["duty I.1: periods: it leaves no period in which the duty is due; widen it"]


@pytest.mark.parametrize(
    "window", ["{from: 2026-01-01}", "{until: 2026-12-31}", "{from: 2026-05-05, until: 2026-05-05}"]
)
def test_window(window: str) -> None:
    """A window may have one end, and may be a single day."""
    assert told(f"window: {window}") == []


def test_empty_window() -> None:
    """A window without ends is a slip."""
    assert told("window: {}") == ["duty I.1: window: it is empty; write {from: …, until: …}, or one of the two"]


def test_window_beyond_the_year() -> None:
    """A window's ends lie in the plan's year."""
    (found,) = told("window: {until: 2027-01-15}")
    assert "window.until: 2027-01-15 is outside the plan's year" in found
