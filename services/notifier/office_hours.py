"""When mails may go out: office hours of a working day, in the plan's time zone. Pure.

The window is a decision: docs/decisions/0015-reminders.md.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from services.notifier.rules import working_days
from shared.contracts.plan import PlanPublished

OPENS = time(8)
CLOSES = time(17)


def open_day(plan: PlanPublished, now: datetime) -> date | None:
    """The local day, if mails may go out now. `now` knows its time zone."""
    local = now.astimezone(ZoneInfo(plan.time_zone))
    is_open = local.date() in working_days(plan) and OPENS <= local.time() < CLOSES
    return local.date() if is_open else None


def opening(plan: PlanPublished, day: date) -> datetime:
    """The start of the office hours of a day."""
    return datetime.combine(day, OPENS, ZoneInfo(plan.time_zone))
