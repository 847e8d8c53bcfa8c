"""After a restore: what may have been mailed since the backup counts as mailed, on a real MongoDB and a real inbox."""

from datetime import UTC, date, datetime, timedelta

from services.notifier.doubt_mails import Doubt, doubt_mails
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import BUSY, ESCALATED, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import assigned_event

FOR_SIGNATURE = date(2023, 3, 21)
NOW = datetime(2023, 3, 9, 3, tzinfo=UTC)


async def _restored(desk: Desk, until: date | None, now: datetime = NOW) -> Doubt:
    return await doubt_mails(desk.store, desk.mongo, desk.sending.outbox, until, now)


async def _mailed_on(desk: Desk, *days: date) -> list[date]:
    """The days that brought a mail."""
    brought = []
    for day in days:
        await desk.turn(day)
        if await desk.send():
            brought.append(day)
    return brought


async def test_what_was_due_by_then_is_not_mailed_and_later_rungs_follow(mongo: Mongo) -> None:
    """Overdue may have gone out on the last day of doubt: silence; escalated and the letter come as ever."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        assert await _restored(desk, OVERDUE) == Doubt(OVERDUE, 0)
        assert await _mailed_on(desk, OVERDUE, NEXT, ESCALATED, FOR_SIGNATURE) == [ESCALATED, FOR_SIGNATURE]


async def test_days_that_were_passed_over_are_doubted_as_well(mongo: Mongo) -> None:
    """The first day that is decided lies after the doubt, on which the rung of that very day is mailed."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await _restored(desk, date(2023, 3, 12))  # a Sunday
        assert await _mailed_on(desk, date(2023, 3, 13), ESCALATED) == [ESCALATED]


async def test_the_letter_too_may_have_gone_out(mongo: Mongo) -> None:
    """Where all rungs were due there is silence, also on the day after."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await _restored(desk, date(2023, 3, 24))
        assert await _mailed_on(desk, FOR_SIGNATURE, date(2023, 3, 24), date(2023, 3, 27), date(2023, 3, 28)) == []


async def test_what_becomes_known_after_the_doubt_is_mailed(mongo: Mongo) -> None:
    """The doubt ends with the first day that is decided after it: it is none of what is assigned later."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await _restored(desk, OVERDUE)
        assert await _mailed_on(desk, NEXT) == []
        await desk.tell(assigned_event(OTHER))
        assert await _mailed_on(desk, date(2023, 3, 10)) == [date(2023, 3, 10)]


async def test_a_digest_on_its_way_is_given_up_and_frees_nothing(mongo: Mongo) -> None:
    """It may have gone out since the backup: neither it nor its rung is mailed, whoever claims to send it."""
    async with at_work(mongo, Postman(mail=[BUSY, None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert (await desk.store.counts())["queued"] == 1
        assert (await _restored(desk, OVERDUE)).ended == 1
        desk.later(timedelta(hours=2))
        assert await _mailed_on(desk, NEXT) == []
        counts = await desk.store.counts()
        assert (counts["unknown"], counts["pending"]) == (1, 0)
        assert await _mailed_on(desk, ESCALATED) == [ESCALATED]


async def test_without_a_day_it_is_that_of_the_plans_time_zone(mongo: Mongo) -> None:
    """At 20:00 UTC it is tomorrow in Vietnam; an earlier restore's later doubt stays."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        assert (await _restored(desk, None, datetime(2023, 3, 7, 20, tzinfo=UTC))).until == OVERDUE
        assert (await _restored(desk, date(2023, 3, 1))).until == OVERDUE
