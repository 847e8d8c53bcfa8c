"""When mails may go out: office hours of a working day that isn't quiet, in the plan's time zone. Pure.

The window is the plan's policy: docs/decisions/0015-reminders.md and 0026-reminder-policy.md.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.notifier.policy import mails_on, policy_of
from shared.contracts.plan import PlanPublished


def open_day(plan: PlanPublished, now: datetime) -> date | None:
    """The local day, if mails may go out now. `now` knows its time zone."""
    local = now.astimezone(ZoneInfo(plan.time_zone))
    hours = policy_of(plan).office_hours
    is_open = mails_on(plan, local.date()) and hours.opens <= local.time() < hours.closes
    return local.date() if is_open else None


def opening(plan: PlanPublished, day: date) -> datetime:
    """The start of the office hours of a day."""
    return datetime.combine(day, policy_of(plan).office_hours.opens, ZoneInfo(plan.time_zone))
