"""An invented province without districts runs on the same code."""

from datetime import date

from services.assignments.resolve import resolve
from services.assignments.rules import expand
from tests.unit.assignments.sample import ROOT, TWO_LEVELS, plan_of

PLAN = plan_of(TWO_LEVELS)
OWED = expand(PLAN)


def periods(duty: str, agency: str) -> list[str]:
    return [due.period for due in OWED[duty, agency].occurrences]


def test_commune_that_ends_at_mid_year() -> None:
    """A commune merged on 30/6 owes the quarters that end by then; the one that follows, those after."""
    assert periods("1.2", "xa-an-hoa") == ["2026-Q1", "2026-Q2"]
    assert periods("1.2", "phuong-cua-bien") == ["2026-Q3", "2026-Q4"]
    assert periods("1.2", "xa-an-binh") == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


def test_partner_that_no_longer_exists() -> None:
    """Of three who owe a yearly duty together, the one that ended in June is no partner in December."""
    assert OWED["1.3", "so-khcn"].jointly_with == ("bao-ptth",)


def test_continuous_duty_of_who_existed_for_a_part() -> None:
    """A continuous duty is also of the commune that existed until June, and of nobody excepted."""
    assert OWED["1.4", "xa-an-hoa"].occurrences == ()
    assert ("1.4", "so-noi-vu") not in OWED


def test_window_clips_a_week() -> None:
    """The window opens on a Wednesday: its week is owed from that day."""
    first = OWED["1.1", "bao-ptth"].occurrences[0]
    assert (first.period, first.start, first.end) == ("2026-W10", date(2026, 3, 4), date(2026, 3, 8))


def test_window_clips_the_last_week_of_the_iso_year() -> None:
    """Week 53 reaches into January; the window ends it on 31/12."""
    last = OWED["1.1", "bao-ptth"].occurrences[-1]
    assert (last.period, last.end) == ("2026-W53", date(2026, 12, 31))


def test_periods_of_its_own() -> None:
    """A duty that lists its months is owed in those alone, by who exists at their ends."""
    assert periods("2.1", "xa-an-binh") == ["2026-05", "2026-06", "2026-11"]
    assert periods("2.1", "xa-an-hoa") == ["2026-05", "2026-06"]
    assert periods("2.1", "phuong-cua-bien") == ["2026-11"]


def test_own_days_off_and_on() -> None:
    """The province's own day is off and the Saturday after is worked."""
    published = resolve(PLAN, 1, date(2026, 1, 15))
    assert date(2026, 7, 15) in published.days_off
    assert date(2026, 7, 18) in published.days_on


def test_other_vocabulary() -> None:
    """Its coordinator, time zone, kinds and grace are the plan's own."""
    published = resolve(PLAN, 1, date(2026, 1, 15))
    assert (published.coordinator, published.time_zone) == ("so-khcn", "Asia/Bangkok")
    assert "commune" in published.kinds
    quarter = OWED["1.2", "xa-an-binh"].occurrences[0]
    assert quarter.register_by == date(2026, 4, 3)


def test_services_know_no_province() -> None:
    """No service's code names the province of the real plan, its agencies or its duties."""
    words = ("Quảng Ngãi", "quang-ngai", "qngai", "so-tttt", "dai-ptth", "Dung Quất")
    told = [
        (path.name, word)
        for path in (ROOT / "services").rglob("*.py")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert told == []
