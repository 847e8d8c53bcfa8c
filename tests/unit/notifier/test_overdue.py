"""What is overdue for whom, whatever was mailed about it before."""

from datetime import date

from services.notifier.overdue import overdue_by_recipient, whose
from shared.contracts.ledger import Account
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_policy import AgencyReminders, QuietPeriod, ReminderPolicy
from tests.unit.notifier.sample import (
    CENTRE,
    COORDINATOR,
    DISTRICT,
    PAPER,
    RADIO,
    account,
    assigned,
    delivered,
    excused,
    extended,
    key,
    plan,
)

DAY = date(2023, 3, 8)
JANUARY, FEBRUARY = key("III.2", "tt-a", "2023-01"), key("III.2", "tt-a", "2023-02")
TALK = key("V.7", "bao", "2022")


def named(*accounts: Account, of: PlanPublished | None = None, day: date = DAY) -> dict[str, list[str]]:
    found = overdue_by_recipient(of or plan(), accounts, day, day)
    return {who: [f"{one.key.duty} {one.key.period}" for one in several] for who, several in found.items()}


def test_all_that_is_overdue_the_oldest_first() -> None:
    """By who is reminded of it, on no rung of the day."""
    accounts = (account(FEBRUARY, assigned("2023-02")), account(JANUARY, assigned("2023-01")))
    assert named(*accounts) == {"tt-a": ["III.2 2023-01", "III.2 2023-02"]}
    assert {one.rung for one in overdue_by_recipient(plan(), accounts, DAY, DAY)["tt-a"]} == {None}


def test_the_last_day_is_not_overdue() -> None:
    """It is from the day after `register_by`, which is 7 March."""
    assert named(account(FEBRUARY, assigned("2023-02")), day=date(2023, 3, 7)) == {}


def test_what_is_not_owed_is_not_named() -> None:
    """Nor what was put off to a later day, nor what is never chased."""
    for fact in (delivered(DAY), excused(DAY), extended(DAY, date(2023, 3, 20))):
        assert named(account(FEBRUARY, assigned("2023-02"), fact)) == {}
    assert named(account(FEBRUARY, assigned("2023-02")), of=plan(chase_from=date(2023, 3, 1))) == {}


def test_who_is_silent_or_quiet_is_not_named() -> None:
    """What they owe is never mailed, also not beside something else."""
    lull = QuietPeriod(start=DAY, end=DAY, reason="mẫu")
    for special in (AgencyReminders(agency="tt-a", silent="mẫu"), AgencyReminders(agency="tt-a", quiet=(lull,))):
        assert (
            named(account(FEBRUARY, assigned("2023-02")), of=plan(reminders=ReminderPolicy(agencies=(special,)))) == {}
        )


def test_all_who_owe_jointly_and_who_stands_in() -> None:
    """A joint duty's is named to each, an abolished body's to the one that directed it."""
    gone = CENTRE.model_copy(update={"valid_until": date(2023, 2, 28)})
    of = plan(agencies=(COORDINATOR, DISTRICT, gone, RADIO, PAPER), chase_from=date(2022, 1, 1))
    of = of.model_copy(update={"effective_from": date(2022, 1, 1)})
    accounts = (account(TALK, assigned("2022", "dai")), account(FEBRUARY, assigned("2023-02")))
    assert named(*accounts, of=of) == {"bao": ["V.7 2022"], "dai": ["V.7 2022"], "huyen-a": ["III.2 2023-02"]}
    assert whose(of, {"dai"}, DAY) == {"dai", "bao"}
    assert whose(of, {"huyen-a"}, DAY) == {"huyen-a", "tt-a"}
