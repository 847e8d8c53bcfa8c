"""When mails may go out."""

from datetime import UTC, date, datetime

import pytest

from services.notifier.office_hours import open_day, opening
from tests.unit.notifier.sample import WORKED_SATURDAY, plan


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2023, 3, 14, 0, 59, tzinfo=UTC), None),
        (datetime(2023, 3, 14, 1, 0, tzinfo=UTC), date(2023, 3, 14)),
        (datetime(2023, 3, 14, 9, 59, tzinfo=UTC), date(2023, 3, 14)),
        (datetime(2023, 3, 14, 10, 0, tzinfo=UTC), None),
        (datetime(2023, 3, 18, 3, 0, tzinfo=UTC), None),
        (datetime(2023, 1, 23, 3, 0, tzinfo=UTC), None),
        (datetime(2023, 2, 4, 3, 0, tzinfo=UTC), WORKED_SATURDAY),
    ],
    ids=["7:59", "8:00", "16:59", "17:00", "Saturday", "Tết", "worked Saturday"],
)
def test_open_day(utc: datetime, day: date | None) -> None:
    """Mails go out from 08:00 to 17:00 local on working days, on no other hour or day."""
    assert open_day(plan(), utc) == day


def test_opening() -> None:
    """Office hours open at 08:00 of the plan's own time zone."""
    assert opening(plan(), date(2023, 3, 14)).isoformat() == "2023-03-14T08:00:00+07:00"
