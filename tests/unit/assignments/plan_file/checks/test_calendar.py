"""The plan's year, time zone, dates and public holidays."""

import pytest

from tests.unit.assignments.sample import SMALL, edited, problems_of


def told(*changes: tuple[str, str]) -> list[str]:
    return [problem.message for problem in problems_of(edited(SMALL, *changes))]


@pytest.mark.parametrize("zone", ["Asia/Bangkok", "UTC", "Europe/Berlin"])
def test_time_zones(zone: str) -> None:
    """Any zone of the IANA database is right."""
    assert told(("Asia/Ho_Chi_Minh", zone)) == []


@pytest.mark.parametrize(
    ("zone", "hint"), [("Asia/Hanoi", "did you mean"), ("+07:00", "known: "), ("../etc", "known: ")]
)
def test_unknown_time_zone(zone: str, hint: str) -> None:
    """Anything else is told with what would be right."""
    (message,) = told(("Asia/Ho_Chi_Minh", zone))
    assert message.startswith(f"time_zone: unknown time zone {zone!r}; {hint}")


def test_in_force_before_its_year() -> None:
    """A plan may be in force, and issued, before its year begins."""
    assert told(("effective_from: 2026-01-01", "effective_from: 2025-12-20")) == []


def test_chased_after_its_year() -> None:
    """A plan that would be chased after its year would never be."""
    (message,) = told(("chase_from: 2026-01-01", "chase_from: 2027-01-01"))
    assert message == "chase_from: it is after the plan's year 2026; write a day until 2026-12-31"


@pytest.mark.parametrize("day", ["2025-01-01", "2027-12-31"])
def test_days_off_at_the_edges(day: str) -> None:
    """Days off may lie in the year before and the year after."""
    assert told(("country: VN", f"country: VN, off: [{day}]")) == []


@pytest.mark.parametrize("day", ["2024-12-31", "2028-01-01"])
def test_days_far_off(day: str) -> None:
    """Beyond these a day off changes nothing, so it is a slip."""
    (message,) = told(("country: VN", f"country: VN, on: [{day}]"))
    assert message.startswith(f"holidays.on: {day} is not near the plan's year")


def test_malformed_head() -> None:
    """Where the head can't be read its calendar isn't judged."""
    (message,) = told(("year: 2026", "year: x"), ("Asia/Ho_Chi_Minh", "Nowhere"))
    assert message.startswith("year: ")
