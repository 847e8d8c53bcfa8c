"""The part of the plan file that says how its agencies are urged; left out, the usual ladder holds.

The meaning of each field: shared.contracts.reminder_policy.
"""

from datetime import time
from typing import Annotated

from pydantic import Field

from services.assignments.plan_file.entry import Entry
from services.assignments.plan_file.scalars import Day, Hour, Text, Token
from shared.contracts.reminder_policy import LADDER, PeriodKind

LONGEST = 250  # a year of working days

Before = Annotated[int, Field(ge=-LONGEST, le=-1)]
After = Annotated[int, Field(ge=1, le=LONGEST)]


class StepsEntry(Entry):
    """Working days from `register_by`; a rung that isn't named is left out."""

    upcoming: Before | None = None
    overdue: After | None = None
    escalated: After | None = None
    for_signature: After | None = None


class OfficeHoursEntry(Entry):
    """From the first until before the second, in the plan's time zone."""

    opens: Hour = time(8)
    closes: Hour = time(17)


class QuietEntry(Entry):
    """Both days included."""

    start: Day = Field(alias="from", description="the first quiet day, as in 2023-07-10")
    end: Day = Field(alias="to", description="the last quiet day, as in 2023-07-14")
    reason: Text = Field(description="why, as officers read it")


class AgencyRemindersEntry(Entry):
    """What is different for one agency."""

    agency: Token = Field(description="an agency's id")
    steps: StepsEntry | None = None
    quiet: tuple[QuietEntry, ...] = ()
    silent: Text | None = None


class RemindersEntry(Entry):
    """The whole section."""

    steps: StepsEntry = StepsEntry(**LADDER.model_dump())
    upcoming_from: PeriodKind = "monthly"
    office_hours: OfficeHoursEntry = OfficeHoursEntry()
    quiet: tuple[QuietEntry, ...] = ()
    agencies: tuple[AgencyRemindersEntry, ...] = ()
