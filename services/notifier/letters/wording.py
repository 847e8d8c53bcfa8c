"""Vietnamese words for periods, dates and delays. Pure."""

from datetime import date, datetime
from functools import lru_cache

from shared import periods, vietnamese


@lru_cache(maxsize=1024)  # the same days and periods stand in each mail of a morning
def full_date(day: date) -> str:
    """14/02/2023."""
    return f"{day:%d/%m/%Y}"


def moment(at: datetime) -> str:
    """08 giờ 00 ngày 14/02/2023, in the time zone that `at` carries."""
    return f"{at.hour:02} giờ {at.minute:02} ngày {full_date(at.date())}"


@lru_cache(maxsize=1024)
def period_name(name: str) -> str:
    """As within a sentence: tuần 07/2023, tháng 02/2023, quý I/2023, năm 2023."""
    words = vietnamese.period(name)
    return words[:1].lower() + words[1:]


@lru_cache(maxsize=1024)
def period_words(name: str) -> str:
    """The period's name, a week with its days: tuần 07/2023 (13/02–19/02/2023)."""
    period = periods.parse(name)
    if period.kind != "weekly":
        return period_name(name)
    first = f"{period.start:%d/%m}" if period.start.year == period.end.year else full_date(period.start)
    return f"{period_name(name)} ({first}–{full_date(period.end)})"


def delay(register_by: date, day: date) -> str:
    """How the day stands to the last day of registration, in days of the calendar."""
    days = (day - register_by).days
    if days > 0:
        return f"quá hạn {days} ngày"
    return f"còn {-days} ngày" if days < 0 else "hôm nay là hạn cuối"


def count(number: int) -> str:
    """`02`, `17`: numbers below 10 with a zero before, as official papers write them."""
    return f"{number:02}"
