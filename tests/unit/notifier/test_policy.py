"""A plan's own policy: other rungs, quiet periods, agencies that are left alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.policy import last_mail_days, mails_on, quiet, steps_of
from services.notifier.rules import LADDER, Mark, decide, doubtful, horizon, still_due
from shared import periods
from shared.contracts.ledger import Standing, standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_policy import AgencyReminders, QuietPeriod, ReminderPolicy, Steps
from shared.contracts.reminders import ReminderItem, Rung
from tests.unit.notifier.sample import (
    WORKDAYS,
    Year,
    account,
    assigned,
    days,
    delivered,
    key,
    now,
    plan,
    year_of_duties,
)

FIRST, LAST = date(2023, 1, 1), date(2024, 2, 29)
MONTH = key("III.2", "tt-a", "2023-02")
WEEK = key("III.1-radio", "dai", "2023-W07")
JOINT = key("V.7", "bao", "2023")
# February's day of registration is Tuesday, 7 March.
OVERDUE = date(2023, 3, 8)
DUTIES = list(year_of_duties())
SOME = [*DUTIES[:-1:9], DUTIES[-1]]


def span(first: date, last: date) -> QuietPeriod:
    return QuietPeriod(start=first, end=last, reason="mẫu")


def urged(**fields: object) -> PlanPublished:
    """The sample plan with this policy."""
    return plan(reminders=ReminderPolicy.model_validate(fields))


def alone(**fields: object) -> PlanPublished:
    """The sample plan with something else for the centre A."""
    return urged(agencies=(AgencyReminders.model_validate({"agency": "tt-a", **fields}),))


def mailed(of: PlanPublished, until: date = date(2023, 4, 28)) -> list[tuple[date, str, str]]:
    """What the month of February brings until then."""
    accounts = [account(MONTH, assigned("2023-02"))]
    return Year().live(accounts, days(date(2023, 2, 1), until), lambda _: of).mailed(MONTH)


def test_other_steps() -> None:
    """Each rung comes on its own working day, those that are left out never."""
    found = mailed(urged(steps={"upcoming": -1, "escalated": 2}))
    assert [(day, rung) for day, _, rung in found] == [(date(2023, 3, 6), "upcoming"), (date(2023, 3, 9), "escalated")]


def test_steps_of_one_agency() -> None:
    """An agency's own steps stand in the place of the plan's, for what it owes and nothing else."""
    of = alone(steps={"overdue": 3})
    assert mailed(of) == [(date(2023, 3, 10), "tt-a", "overdue")]
    assert steps_of(of, "dai", "2023-02") == {
        Rung.UPCOMING: -3,
        Rung.OVERDUE: 1,
        Rung.ESCALATED: 5,
        Rung.FOR_SIGNATURE: 10,
    }


@pytest.mark.parametrize("kind", periods.KINDS)
def test_the_shortest_period_that_is_upcoming(kind: str) -> None:
    """A period shorter than that gets no `upcoming`; that one and longer ones do."""
    of = urged(upcoming_from=kind)
    got = [name for name in ("2023-W07", "2023-02", "2023-Q1", "2023") if Rung.UPCOMING in steps_of(of, "dai", name)]
    assert got == ["2023-W07", "2023-02", "2023-Q1", "2023"][periods.KINDS.index(kind) :]


def test_a_quiet_period_collapses_like_downtime() -> None:
    """What falls due in it comes on the first working day after as its highest rung; the lower one is passed."""
    of = urged(quiet=(span(date(2023, 3, 6), date(2023, 3, 17)),))
    assert [(day, rung) for day, _, rung in mailed(of)] == [
        (date(2023, 3, 2), "upcoming"),
        (date(2023, 3, 20), "escalated"),
        (date(2023, 3, 21), "for_signature"),
    ]


def test_a_quiet_period_of_one_agency() -> None:
    """It is quiet for what the agency owes; the others are reminded."""
    of = alone(quiet=(span(OVERDUE, OVERDUE),))
    other = account(WEEK, assigned("2023-W07", register_by=date(2023, 3, 7)))
    decision = decide(of, [account(MONTH, assigned("2023-02")), other], (), OVERDUE)
    assert [digest.recipient for digest in decision.digests] == ["dai"]
    assert mailed(of)[1] == (date(2023, 3, 9), "tt-a", "overdue")


def test_a_letter_waits_while_the_coordinator_is_quiet() -> None:
    """The coordinator's own quiet period puts the letter off, and nothing else."""
    of = urged(agencies=(AgencyReminders(agency="dieu-phoi", quiet=(span(date(2023, 3, 21), date(2023, 3, 23)),)),))
    assert [(day, rung) for day, _, rung in mailed(of)][-2:] == [
        (date(2023, 3, 14), "escalated"),
        (date(2023, 3, 24), "for_signature"),
    ]


def test_silent() -> None:
    """Nobody hears of what a silent agency owes, its coordinator neither; who owes jointly with it is reminded."""
    assert mailed(alone(silent="đang sáp nhập")) == []
    of = urged(agencies=(AgencyReminders(agency="bao", silent="mẫu"),))
    year = Year().live([account(JOINT, assigned("2023", "dai"))], days(FIRST, LAST), lambda _: of)
    assert {who for _, who, _ in year.mailed(JOINT)} == {"dai", "dieu-phoi"}


def test_nothing_is_called_upcoming_after_its_date() -> None:
    """Between the date and a late first rung there is silence, also after downtime."""
    of = urged(steps={"upcoming": -3, "overdue": 4})
    accounts = [account(MONTH, assigned("2023-02"))]
    after_downtime = Year().live(accounts, days(OVERDUE, date(2023, 3, 31)), lambda _: of)
    assert after_downtime.mailed(MONTH) == [(date(2023, 3, 13), "tt-a", "overdue")]


def test_a_policy_that_changed_since_the_decision() -> None:
    """What was decided holds at the moment of sending only if the policy of now says so too."""
    item = ReminderItem(occurrence=MONTH, rung=Rung.OVERDUE)
    found: Standing = now([assigned("2023-02")], OVERDUE)
    for of, due in (
        (plan(), True),
        (alone(silent="mẫu"), False),
        (alone(quiet=(span(OVERDUE, OVERDUE),)), False),
        (alone(steps={"overdue": 2}), False),
        (urged(quiet=(span(date(2023, 5, 1), date(2023, 5, 5)),)), True),
        (urged(agencies=(AgencyReminders(agency="dieu-phoi", quiet=(span(OVERDUE, OVERDUE),)),)), True),
    ):
        assert still_due(of, item, found, OVERDUE, "tt-a") is due


def test_doubt_reaches_back_before_a_quiet_period() -> None:
    """After a restore on a quiet day, what was due by the last day on which mail could go out counts as mailed: for
    an agency with a quiet period of its own that is another day than for the rest."""
    accounts = [account(MONTH, assigned("2023-02")), account(WEEK, assigned("2023-W07", register_by=date(2023, 3, 7)))]
    of = urged(
        quiet=(span(date(2023, 3, 10), date(2023, 3, 20)),),
        agencies=({"agency": "tt-a", "quiet": [span(OVERDUE, date(2023, 3, 9))]},),
    )
    assert last_mail_days(of, date(2023, 3, 15)) == [date(2023, 3, 7), date(2023, 3, 9)]
    assert set(doubtful(of, accounts, (), date(2023, 3, 15))) == {
        Mark(MONTH, Rung.UPCOMING, "tt-a"),
        Mark(WEEK, Rung.OVERDUE, "dai"),
    }


# Policies of any kind, as a plan file lets them be: what climbs, and a letter only after somebody was asked.

day_of_year = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
quiet_periods = st.lists(
    st.tuples(day_of_year, st.integers(0, 25)).map(lambda t: span(t[0], t[0] + timedelta(days=t[1]))), max_size=3
)


@st.composite
def any_steps(draw: st.DrawFn) -> Steps:
    after = sorted(draw(st.sets(st.integers(1, 40), min_size=3, max_size=3)))
    steps = dict(zip(("overdue", "escalated", "for_signature"), after, strict=True))
    left_out = draw(
        st.sampled_from([(), ("overdue",), ("escalated",), ("for_signature",), ("escalated", "for_signature")])
    )
    kept = {name: step for name, step in steps.items() if name not in left_out}
    return Steps(upcoming=draw(st.none() | st.integers(-20, -1)), **kept)


@st.composite
def any_policy(draw: st.DrawFn) -> ReminderPolicy:
    agencies = draw(st.sets(st.sampled_from(["dai", "tt-a", "bao", "dieu-phoi"]), max_size=3))
    special = tuple(
        AgencyReminders(
            agency=agency,
            steps=draw(st.none() | any_steps()),
            quiet=tuple(draw(quiet_periods)),
            silent=draw(st.sampled_from([None, None, "mẫu"])),
        )
        for agency in sorted(agencies)
    )
    return ReminderPolicy(
        steps=draw(any_steps()),
        upcoming_from=draw(st.sampled_from(periods.KINDS)),
        quiet=tuple(draw(quiet_periods)),
        agencies=special,
    )


lives = st.lists(st.none() | day_of_year, min_size=len(SOME), max_size=len(SOME))


@settings(max_examples=30, deadline=None)
@given(any_policy(), lives)
def test_any_policy_is_climbed_in_order_and_kept(policy: ReminderPolicy, life: list[date | None]) -> None:
    """Each rung once and rising, silence after the letter; only on working days that are quiet for nobody in it, on
    or after the rung's day, never for what is delivered or silent; one mail a recipient and day."""
    of = plan(reminders=policy)
    accounts = [
        account(one.key, *one.facts, *([delivered(day)] if day else [])) for one, day in zip(SOME, life, strict=True)
    ]
    year = Year().live(accounts, days(FIRST, LAST), lambda _: of)
    assert len({(mark.occurrence, mark.rung, mark.recipient) for mark in year.marks}) == len(year.marks)
    assert len({(digest.recipient, digest.day) for digest in year.digests}) == len(year.digests)
    silent = {one.agency for one in policy.agencies if one.silent is not None}
    for one in accounts:
        named = year.mailed(one.key)
        found = standing(one.facts, date.max)
        assert found is not None
        owners = (one.key.agency, *found.jointly_with)
        signed = [day for day, _, rung in named if rung == Rung.FOR_SIGNATURE]
        assert len(signed) <= 1
        assert all(day <= signed[0] for day, _, _ in named if signed)
        for day, who, rung in named:
            assert day in WORKDAYS
            assert mails_on(of, day)
            then = standing(one.facts, day)
            assert then is not None
            assert then.owed
            able = [owner for owner in owners if quiet(of, day, owner) is None and owner not in silent]
            assert able
            assert rung == Rung.FOR_SIGNATURE or who in able
            step = [steps_of(of, owner, one.key.period).get(Rung(rung)) for owner in able]
            assert any(s is not None and WORKDAYS.after(then.register_by, s) <= day for s in step)
            assert rung != Rung.UPCOMING or day <= then.register_by
        for who in {who for _, who, _ in named}:
            climbed = [LADDER.index(Rung(rung)) for _, at, rung in named if at == who and rung != Rung.FOR_SIGNATURE]
            assert climbed == sorted(set(climbed))


@settings(max_examples=30, deadline=None)
@given(any_policy(), day_of_year)
def test_nothing_is_due_beyond_the_horizon(policy: ReminderPolicy, day: date) -> None:
    """What is looked up for a day holds everything that can be due on it."""
    of = plan(reminders=policy)
    for decided in decide(of, DUTIES, (), day).digests:
        for item in decided.items:
            at = next(one for one in DUTIES if one.key == item.occurrence)
            assert now(at.facts, day).register_by <= horizon(of, day)
