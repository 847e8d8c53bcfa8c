"""A whole year through the ladder, with anything happening on any day."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.rules import LADDER
from shared.contracts.ledger import Account, Fact, standing
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import (
    WORKDAYS,
    Year,
    days,
    delivered,
    excused,
    extended,
    year_of_duties,
)

FIRST, LAST = date(2023, 1, 1), date(2024, 2, 29)
DUTIES = list(year_of_duties())
# One in six: weeks, months, a quarter and the joint year among them, so that many lives can be tried.
SOME = [*DUTIES[:-1:6], DUTIES[-1]]
OFFSET = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))

event = st.one_of(
    OFFSET.map(delivered),
    OFFSET.map(excused),
    st.tuples(OFFSET, st.integers(0, 60)).map(lambda t: extended(t[0], t[0] + timedelta(days=t[1]))),
)
lives = st.lists(st.lists(event, max_size=2), min_size=len(SOME), max_size=len(SOME))
downtimes = st.lists(st.tuples(OFFSET, st.integers(1, 40)), max_size=3)


def with_facts(life: list[list[Fact]]) -> list[Account]:
    return [Account(account.key, account.facts | set(facts)) for account, facts in zip(SOME, life, strict=True)]


def up_days(downtime: list[tuple[date, int]]) -> list[date]:
    down = {day + timedelta(days=n) for day, length in downtime for n in range(length)}
    return [day for day in days(FIRST, LAST) if day not in down]


def test_a_year_in_which_nobody_delivers() -> None:
    """Every occurrence of a silent year climbs its whole ladder once, and each mail is on a working day."""
    year = Year().live(DUTIES, days(FIRST, LAST))
    rungs = Counter(item.rung for digest in year.digests for item in digest.items)
    # 52 weeks, 12 months, 4 quarters, 1 year that two owe together.
    assert rungs == {
        Rung.UPCOMING: 12 + 4 + 2,
        Rung.OVERDUE: 52 + 12 + 4 + 2,
        Rung.ESCALATED: 52 + 12 + 4 + 2,
        Rung.FOR_SIGNATURE: 52 + 12 + 4 + 1,
    }
    assert not any(mark.passed for mark in year.marks)


@settings(max_examples=25, deadline=None)
@given(lives, downtimes)
def test_whatever_happens(life: list[list[Fact]], downtime: list[tuple[date, int]]) -> None:
    """No rung twice, nothing for what is met or excused, one mail a recipient and day, working days alone."""
    accounts = with_facts(life)
    facts = {account.key: account.facts for account in accounts}
    year = Year().live(accounts, up_days(downtime))
    marks = [(mark.occurrence, mark.rung, mark.recipient) for mark in year.marks]
    assert len(marks) == len(set(marks))
    mails = [(digest.recipient, digest.day) for digest in year.digests]
    assert len(mails) == len(set(mails))
    for digest in year.digests:
        assert digest.day in WORKDAYS
        assert digest.items
        named = [item.occurrence for item in digest.items]
        assert len(named) == len(set(named))
        for at in named:
            found = standing(facts[at], digest.day)
            assert found is not None
            assert found.owed


@settings(max_examples=25, deadline=None)
@given(lives, downtimes)
def test_the_ladder_only_climbs(life: list[list[Fact]], downtime: list[tuple[date, int]]) -> None:
    """What a recipient hears of an occurrence rises from mail to mail, and the letter to sign comes last."""
    year = Year().live(with_facts(life), up_days(downtime))
    for account in SOME:
        mailed = year.mailed(account.key)
        for recipient in {who for _, who, _ in mailed}:
            steps = [LADDER.index(Rung(rung)) for _, who, rung in mailed if who == recipient]
            assert steps == sorted(set(steps))
        signed = [day for day, _, rung in mailed if rung == Rung.FOR_SIGNATURE]
        assert all(day <= signed[0] for day, _, _ in mailed if signed)


@settings(max_examples=10, deadline=None)
@given(lives)
def test_the_same_day_again(life: list[list[Fact]]) -> None:
    """A day that is decided again with its own marks brings nothing new."""
    accounts = with_facts(life)
    over = list(days(FIRST, date(2023, 6, 30)))
    once = Year().live(accounts, over)
    twice = Year().live(accounts, (day for day in over for _ in range(2)))
    assert twice.digests == once.digests
