"""How a plan's coordinator urges: the ladder of reminders, its hours, and when and whom it leaves alone.

The plan itself is silent about it (clause V.1 only says that the coordinator urges), so each value is a decision.
"""

from datetime import date, time
from typing import Literal

from shared.contracts.base import Model

PeriodKind = Literal["weekly", "monthly", "quarterly", "yearly"]


class Steps(Model):
    """The working day of each rung, counted from `register_by`, before it if negative; None leaves the rung out.

    upcoming < 0 < overdue < escalated < for_signature, as far as they are there.
    """

    upcoming: int | None = None
    overdue: int | None = None
    escalated: int | None = None
    for_signature: int | None = None


LADDER = Steps(upcoming=-3, overdue=1, escalated=5, for_signature=10)


class OfficeHours(Model):
    """When mails may go out on a working day, in the plan's time zone: from `opens` until before `closes`."""

    opens: time = time(8)
    closes: time = time(17)


class QuietPeriod(Model):
    """Nothing is mailed from `start` to `end`, both included; what falls due meanwhile comes on the first working day
    after, as one mail with the highest rung. Working days are counted on as always."""

    start: date
    end: date
    reason: str


class AgencyReminders(Model):
    """What is different for what one agency owes: its own `steps` instead of the plan's, `quiet` periods besides the
    plan's; `silent` is the reason why nobody is reminded of what it owes, None where that is done."""

    agency: str
    steps: Steps | None = None
    quiet: tuple[QuietPeriod, ...] = ()
    silent: str | None = None


class ReminderPolicy(Model):
    """The whole policy; its defaults are the ladder that holds where a plan says nothing.

    `upcoming_from` is the shortest period that gets the rung `upcoming`: to remind of a week a few days before its end
    is to remind of everything always.
    """

    steps: Steps = LADDER
    upcoming_from: PeriodKind = "monthly"
    office_hours: OfficeHours = OfficeHours()
    quiet: tuple[QuietPeriod, ...] = ()
    agencies: tuple[AgencyReminders, ...] = ()
