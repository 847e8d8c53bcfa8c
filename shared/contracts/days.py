"""`calendar.day`: the turn of a day. Nothing else in the system asks what day it is."""

from datetime import date
from typing import ClassVar

from shared.contracts.base import Event


class CalendarDay(Event):
    """It is now `date` in the plan's time zone; each day exists once in the log."""

    TYPE: ClassVar[str] = "vn.dondoc.calendar.day.v1"
    SUBJECT: ClassVar[str] = "dondoc.calendar.day.{date}"

    date: date
