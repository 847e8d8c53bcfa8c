"""The ladder: which rung, for whom, on which day."""

from datetime import date, timedelta

from services.notifier.rules import LADDER, Mark, arranged, decide, due_rungs, is_chased, still_due
from shared.contracts.ledger import Fact, Reviewed, Withdrawn
from shared.contracts.plan import Agency
from shared.contracts.reminders import ReminderItem, Rung
from tests.unit.notifier.sample import (
    CENTRE,
    COORDINATOR,
    DISTRICT,
    NEW_YEAR,
    PAPER,
    RADIO,
    WORKDAYS,
    WORKED_SATURDAY,
    Year,
    account,
    assigned,
    days,
    delivered,
    excused,
    extended,
    key,
    now,
    plan,
)

MONTH = key("III.2", "tt-a", "2023-02")
WEEK = key("III.1-radio", "dai", "2023-W07")
FEBRUARY_TO_APRIL = list(days(date(2023, 2, 1), date(2023, 4, 30)))


def test_the_rungs_of_a_month() -> None:
    """A month that nobody delivers climbs all four rungs on their working days, and then there is silence."""
    year = Year().live([account(MONTH, assigned("2023-02"))], days(date(2023, 2, 1), date(2023, 12, 31)))
    # register_by is 7 March, a Tuesday.
    assert year.mailed(MONTH) == [
        (date(2023, 3, 2), "tt-a", "upcoming"),
        (date(2023, 3, 8), "tt-a", "overdue"),
        (date(2023, 3, 14), "tt-a", "escalated"),
        (date(2023, 3, 21), "dieu-phoi", "for_signature"),
    ]


def test_a_week_has_no_upcoming_rung() -> None:
    """A period shorter than a month isn't announced, it is only reminded of when it is late."""
    year = Year().live([account(WEEK, assigned("2023-W07"))], FEBRUARY_TO_APRIL)
    assert [rung for _, _, rung in year.mailed(WEEK)] == ["overdue", "escalated", "for_signature"]


def test_days_off_move_the_rungs() -> None:
    """Rungs fall on working days: over Tết nothing is sent, a worked Saturday counts."""
    january = key("III.1-radio", "dai", "2023-W02")
    year = Year().live([account(january, assigned("2023-W02"))], days(NEW_YEAR, date(2023, 2, 10)))
    # The fifth working day after 15 January: the 16th to the 19th, then Tết, so the 27th.
    assert now([assigned("2023-W02")], NEW_YEAR).register_by == date(2023, 1, 27)
    assert year.mailed(january) == [
        (date(2023, 1, 30), "dai", "overdue"),
        (date(2023, 2, 3), "dai", "escalated"),
        (date(2023, 2, 9), "dieu-phoi", "for_signature"),
    ]
    assert WORKED_SATURDAY in WORKDAYS


def test_nothing_on_a_day_off() -> None:
    """On a day off nothing is decided, whatever is due; the next working day decides it."""
    late = account(WEEK, assigned("2023-W07"))
    saturday, monday = date(2023, 2, 25), date(2023, 2, 27)
    assert decide(plan(), [late], [], saturday).digests == ()
    assert [d.recipient for d in decide(plan(), [late], [], monday).digests] == ["dai"]


def test_delivered_is_silent() -> None:
    """Who delivered is not mailed, not even on the day of the delivery."""
    facts = (assigned("2023-02"), delivered(date(2023, 3, 2)))
    assert Year().live([account(MONTH, *facts)], FEBRUARY_TO_APRIL).digests == []


def test_excused_is_silent() -> None:
    """Who is excused in the middle of the ladder hears nothing more."""
    facts = (assigned("2023-02"), excused(date(2023, 3, 10)))
    year = Year().live([account(MONTH, *facts)], FEBRUARY_TO_APRIL)
    assert [rung for _, _, rung in year.mailed(MONTH)] == ["upcoming", "overdue"]


def test_withdrawn_is_silent() -> None:
    """What is no longer in the plan is not chased."""
    withdrawn = Withdrawn(event="w", day=date(2023, 3, 1), revision=9)
    assert Year().live([account(MONTH, assigned("2023-02"), withdrawn)], FEBRUARY_TO_APRIL).digests == []


def test_extended_moves_what_is_left() -> None:
    """An extension moves the rungs that are not done yet; a rung that was mailed isn't mailed again."""
    facts = (assigned("2023-02"), extended(date(2023, 3, 9), date(2023, 3, 31)))
    year = Year().live([account(MONTH, *facts)], days(date(2023, 2, 1), date(2023, 6, 1)))
    assert year.mailed(MONTH) == [
        (date(2023, 3, 2), "tt-a", "upcoming"),
        (date(2023, 3, 8), "tt-a", "overdue"),
        (date(2023, 4, 14), "tt-a", "escalated"),
        (date(2023, 4, 21), "dieu-phoi", "for_signature"),
    ]


def test_downtime_collapses() -> None:
    """After days that were passed over only the highest rung due is mailed; lower ones are marked as passed."""
    decision = decide(plan(), [account(MONTH, assigned("2023-02"))], [], date(2023, 3, 15))
    assert [(item.rung, digest.recipient) for digest in decision.digests for item in digest.items] == [
        (Rung.ESCALATED, "tt-a")
    ]
    assert set(decision.marks) == {
        Mark(MONTH, Rung.UPCOMING, "tt-a", passed=True),
        Mark(MONTH, Rung.OVERDUE, "tt-a", passed=True),
        Mark(MONTH, Rung.ESCALATED, "tt-a"),
    }


def test_who_owes_hears_first() -> None:
    """An occurrence of which its agency never heard is mailed to the agency before a letter is to be signed."""
    late = account(MONTH, assigned("2023-02"))
    year = Year().live([late], days(date(2023, 6, 1), date(2023, 6, 9)))
    assert year.mailed(MONTH) == [
        (date(2023, 6, 1), "tt-a", "escalated"),
        (date(2023, 6, 2), "dieu-phoi", "for_signature"),
    ]


def test_sent_back_is_owed_again() -> None:
    """An output that is sent back long after its date brings a mail to its agency, then one to the coordinator."""
    back = Reviewed(event="r", day=date(2023, 5, 31), output="san-pham-1", review=1, accepted=False)
    facts = (assigned("2023-02"), delivered(date(2023, 2, 20)), back)
    year = Year().live([account(MONTH, *facts)], days(date(2023, 2, 1), date(2023, 7, 1)))
    assert [(who, rung) for _, who, rung in year.mailed(MONTH)] == [
        ("tt-a", "escalated"),
        ("dieu-phoi", "for_signature"),
    ]


def test_a_passed_rung_is_not_mailed_later() -> None:
    """Signature passes over a rung of the agency that was missed; nothing is mailed below it."""
    done = [Mark(MONTH, Rung.OVERDUE, "tt-a")]
    decision = decide(plan(), [account(MONTH, assigned("2023-02"))], done, date(2023, 6, 1))
    assert [digest.recipient for digest in decision.digests] == ["dieu-phoi"]
    assert Mark(MONTH, Rung.ESCALATED, "tt-a", passed=True) in decision.marks


def test_joint_duties_remind_each() -> None:
    """Each of the bodies that owe a joint duty is reminded; the coordinator gets one line for it."""
    talk = key("V.7", "bao", "2023")
    year = Year().live([account(talk, assigned("2023", "dai"))], days(date(2023, 12, 1), date(2024, 2, 28)))
    assert {(who, rung) for _, who, rung in year.mailed(talk)} == {
        *((who, rung) for who in ("bao", "dai") for rung in ("upcoming", "overdue", "escalated")),
        ("dieu-phoi", "for_signature"),
    }
    assert len(year.mailed(talk)) == 7


def test_one_mail_a_day_holds_all() -> None:
    """A recipient's items of a day stand in one digest; the coordinator's own beside those to sign."""
    mine = account(key("III.3", "dieu-phoi", "2023-Q1"), assigned("2023-Q1"))
    weeks = [account(key("III.1-radio", "dai", week), assigned(week)) for week in ("2023-W10", "2023-W11")]
    told = [Mark(each.key, Rung.ESCALATED, "dai") for each in weeks]
    digests = decide(plan(), [mine, *weeks], told, date(2023, 4, 10)).digests
    assert [(d.key, [i.rung.value for i in d.items]) for d in digests] == [
        ("mau-2023/dieu-phoi/2023-04-10", ["for_signature", "for_signature", "overdue"])
    ]


def test_before_the_system_went_live() -> None:
    """What was due before the plan took effect or the system went live is never chased; what is due then is."""
    facts = [assigned("2023-02")]
    day = date(2023, 3, 8)
    assert is_chased(plan(chase_from=date(2023, 2, 28)), now(facts, day))
    assert not is_chased(plan(chase_from=date(2023, 3, 1)), now(facts, day))
    assert not is_chased(plan(effective_from=date(2023, 3, 1)), now(facts, day))


def test_an_extension_into_the_time_of_the_system_is_chased() -> None:
    """The date that counts is the one that holds: an extension past `chase_from` makes it chased."""
    facts = (assigned("2023-02"), extended(date(2023, 3, 1), date(2023, 4, 28)))
    assert is_chased(plan(chase_from=date(2023, 4, 1)), now(facts, date(2023, 5, 10)))


def test_an_abolished_agency() -> None:
    """The reminders of an abolished agency go to the body that directed it, from the day after its last one."""
    gone = CENTRE.model_copy(update={"valid_until": date(2023, 3, 8)})
    bodies = (COORDINATOR, DISTRICT, gone, RADIO, PAPER)
    year = Year().live([account(MONTH, assigned("2023-02"))], FEBRUARY_TO_APRIL, lambda _: plan(agencies=bodies))
    assert year.mailed(MONTH) == [
        (date(2023, 3, 2), "tt-a", "upcoming"),
        (date(2023, 3, 8), "tt-a", "overdue"),
        (date(2023, 3, 9), "huyen-a", "overdue"),
        (date(2023, 3, 14), "huyen-a", "escalated"),
        (date(2023, 3, 21), "dieu-phoi", "for_signature"),
    ]


def test_an_abolished_agency_that_nobody_directed() -> None:
    """Where nobody directed an abolished agency, the coordinator gets its reminders, each rung once."""
    gone = Agency(id="dai", kind="dai", name="Đài (mẫu)", short_name="Đài", valid_until=date(2023, 1, 31))
    bodies = (COORDINATOR, gone)
    year = Year().live([account(WEEK, assigned("2023-W07"))], FEBRUARY_TO_APRIL, lambda _: plan(agencies=bodies))
    assert [(who, rung) for _, who, rung in year.mailed(WEEK)] == [
        ("dieu-phoi", rung) for rung in ("overdue", "escalated", "for_signature")
    ]


def test_the_day_that_nothing_is_due() -> None:
    """Before the first rung's day no rung is due; on the day itself it is."""
    register_by = date(2023, 3, 7)
    assert due_rungs(plan(), MONTH.agency, MONTH.period, register_by, WORKDAYS, date(2023, 3, 1)) == ()
    assert due_rungs(plan(), MONTH.agency, MONTH.period, register_by, WORKDAYS, date(2023, 3, 2)) == (Rung.UPCOMING,)
    assert (
        due_rungs(plan(), MONTH.agency, MONTH.period, register_by, WORKDAYS, register_by + timedelta(days=60)) == LADDER
    )


def test_the_order_of_a_mail() -> None:
    """A mail names the highest rung first, then duties as the plan has them; unknown duties come last."""
    unknown = ReminderItem(occurrence=key("X", "dai", "2023-01"), rung=Rung.OVERDUE)
    upcoming = ReminderItem(occurrence=MONTH, rung=Rung.UPCOMING)
    late = ReminderItem(occurrence=MONTH, rung=Rung.OVERDUE)
    radio = ReminderItem(occurrence=WEEK, rung=Rung.OVERDUE)
    assert arranged(plan(), (upcoming, unknown, late, radio)) == (radio, late, unknown, upcoming)


def test_an_extension_since_moves_the_rungs() -> None:
    """What was decided holds only while its rung is due by the dates as they are now; register_by becomes 17 March."""
    day = date(2023, 3, 14)
    facts: list[Fact] = [assigned("2023-02"), extended(day, date(2023, 3, 10))]
    for before, since, rung in (
        (True, True, Rung.UPCOMING),
        (True, False, Rung.OVERDUE),
        (True, False, Rung.ESCALATED),
        (False, False, Rung.FOR_SIGNATURE),
    ):
        item = ReminderItem(occurrence=MONTH, rung=rung)
        assert still_due(plan(), item, now(facts[:1], day), day, "tt-a") is before
        assert still_due(plan(), item, now(facts, day), day, "tt-a") is since


def test_what_is_owed_no_more_is_not_due() -> None:
    """A rung whose day has come isn't due for what was delivered, or for what the plan no longer chases."""
    day = date(2023, 3, 14)
    item = ReminderItem(occurrence=MONTH, rung=Rung.OVERDUE)
    assert not still_due(plan(), item, now([assigned("2023-02"), delivered(day)], day), day, "tt-a")
    assert not still_due(plan(chase_from=day), item, now([assigned("2023-02")], day), day, "tt-a")


def test_working_days_are_the_plan_s() -> None:
    """A day that the plan takes off since puts a rung off: the day after register_by is no working day any more."""
    day = date(2023, 3, 8)
    item = ReminderItem(occurrence=MONTH, rung=Rung.OVERDUE)
    standing = now([assigned("2023-02")], day)
    assert still_due(plan(), item, standing, day, "tt-a")
    assert not still_due(plan(days_off=(day,)), item, standing, day, "tt-a")
