"""When mails may go out."""

from datetime import UTC, date, datetime, time

import pytest

from services.notifier.office_hours import open_day, opening
from shared.contracts.reminder_policy import OfficeHours, QuietPeriod, ReminderPolicy
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


def test_the_plan_s_own_hours_and_quiet_periods() -> None:
    """A plan's policy opens and closes at other hours, and not at all on a quiet day."""
    own = ReminderPolicy(
        office_hours=OfficeHours(opens=time(7, 30), closes=time(11, 30)),
        quiet=(QuietPeriod(start=date(2023, 3, 15), end=date(2023, 3, 15), reason="mẫu"),),
    )
    hours = {(0, 29): None, (0, 30): 14, (4, 29): 14, (4, 30): None}
    for (hour, minute), day in hours.items():
        found = open_day(plan(reminders=own), datetime(2023, 3, 14, hour, minute, tzinfo=UTC))
        assert found == (date(2023, 3, day) if day else None)
    assert open_day(plan(reminders=own), datetime(2023, 3, 15, 1, 0, tzinfo=UTC)) is None
    assert opening(plan(reminders=own), date(2023, 3, 14)).isoformat() == "2023-03-14T07:30:00+07:00"
