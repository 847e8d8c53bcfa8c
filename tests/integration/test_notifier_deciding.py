"""What is decided and what is still owed when it is sent, on a real MongoDB with a real SMTP conversation."""

from datetime import UTC, date, datetime
from email import message_from_bytes, policy

from services.notifier.apply_events import apply_events
from services.notifier.bounded import MOST_DELIVERED
from services.notifier.check import disagreements
from services.notifier.sending.lease import LEASE
from shared.contracts.ledger import facts_of, fold
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import ESCALATED, MONTH, NEXT, OTHER, OVERDUE, at_work
from tests.unit.notifier.sample import assigned_event, extended_event, plan, recorded_event


async def test_one_mail_and_one_event(mongo: Mongo) -> None:
    """What is overdue is mailed once to its agency and told once; sending and deciding again does nothing."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        assert await desk.turn(OVERDUE) == 1
        assert await desk.turn(OVERDUE) == 0
        assert [await desk.send(), await desk.send()] == [1, 0]
        [(to, text)] = desk.mails()
        assert to == "tt-a@mau.example"
        assert "Quá hạn 1 ngày" in text
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]
        assert (await desk.store.counts())["pending"] == 0


async def test_events_twice(mongo: Mongo) -> None:
    """The same event applied again leaves the same account, with an id that holds dots too."""
    async with at_work(mongo) as desk:
        for _ in range(2):
            await apply_events([("a.b$c/1", assigned_event(MONTH))], desk.store, desk.mongo)
        [account] = (await desk.store.accounts([MONTH])).values()
        assert len(account.facts) == 1


async def test_an_occurrence_that_is_delivered_without_end(mongo: Mongo) -> None:
    """Its account stays small, nobody is reminded of it, and the log, of which all is known, is no other."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        log = dict(await desk.store.accounts([MONTH, OTHER]))
        for start in range(0, 3 * MOST_DELIVERED, 50):
            told = [(f"receipt/{start + n}", recorded_event(MONTH, OVERDUE)) for n in range(50)]
            await apply_events(told, desk.store, desk.mongo)
            for at, fact in (one for name, event in told for one in facts_of(name, event)):
                log[at] = fold(log[at], fact)
        [account] = (await desk.store.accounts([MONTH])).values()
        assert len(account.facts) == MOST_DELIVERED + 1
        assert len(log[MONTH].facts) == 3 * MOST_DELIVERED + 1
        by_name = {str(at): one for at, one in log.items()}
        assert [line async for line in disagreements(desk.store, by_name, [])] == []
        await desk.turn(OVERDUE)
        await desk.send()
        [(_, text)] = desk.mails()
        assert "Bản tin số" in text
        assert "Phát thanh cơ sở" not in text


async def test_an_older_plan_comes_late(mongo: Mongo) -> None:
    """Of a plan the highest revision holds, in whatever order they come."""
    async with at_work(mongo) as desk:
        await desk.tell(plan(revision=2, title="mới"), plan(revision=1), plan(revision=2, title="mới"))
        assert [(one.revision, one.title) for one in await desk.store.plans()] == [(2, "mới")]


async def test_delivered_before_it_is_sent(mongo: Mongo) -> None:
    """What was delivered between the decision and the sending is not mailed, and its rung is free again."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.tell(recorded_event(MONTH, OVERDUE))
        await desk.send()
        assert desk.mails() == []
        assert await desk.told() == []
        counts = await desk.store.counts()
        assert (counts["cancelled"], counts["pending"]) == (1, 0)
        accounts = (await desk.store.accounts([MONTH])).values()
        marks = await desk.mongo.transact(lambda session: desk.store.marks(accounts, session))
        assert [mark.rung for mark in marks if not mark.passed] == []


async def test_delivered_on_a_later_day(mongo: Mongo) -> None:
    """A digest that is sent after the day has turned reads what was delivered since."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.store.put_day(NEXT)
        await desk.tell(recorded_event(MONTH, NEXT))
        await desk.send()
        assert desk.mails() == []


async def test_extended_before_it_is_sent(mongo: Mongo) -> None:
    """What was decided as overdue and extended before the mail went out isn't called overdue: no mail, and the rung
    is free for the new date, when it is mailed."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        assert await desk.turn(OVERDUE) == 1
        # Its new day of registration is Friday the 17th.
        await desk.tell(extended_event(MONTH, OVERDUE, date(2023, 3, 10)))
        await desk.send()
        assert (desk.mails(), await desk.told()) == ([], [])
        assert (await desk.store.counts())["cancelled"] == 1
        assert await desk.turn(date(2023, 3, 20)) == 1
        await desk.send()
        [(_, text)] = desk.mails()
        assert "Quá hạn 3 ngày" in text


async def test_one_of_two_extended(mongo: Mongo) -> None:
    """Of a digest with two occurrences the one that was extended since is left out of the mail and of the event."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.turn(OVERDUE)
        await desk.tell(extended_event(MONTH, OVERDUE, date(2023, 3, 10)))
        await desk.send()
        [(_, text)] = desk.mails()
        assert "Bản tin số" in text
        assert "Phát thanh cơ sở" not in text
        [row] = [row async for row in desk.sending.outbox.all_rows()]
        assert b"III.2" not in row.body


async def test_one_of_two_delivered(mongo: Mongo) -> None:
    """Of a digest with two occurrences only the one that is still owed is named, in the mail and in the event."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.turn(OVERDUE)
        await desk.tell(recorded_event(MONTH, OVERDUE))
        await desk.send()
        [(_, text)] = desk.mails()
        assert "Bản tin số" in text
        assert "Phát thanh cơ sở" not in text
        [row] = [row async for row in desk.sending.outbox.all_rows()]
        assert b"III.3" in row.body
        assert b"III.2" not in row.body


async def test_a_day_that_is_left_behind(mongo: Mongo) -> None:
    """A day that the log has left behind is passed over; the last one gets one mail with the highest rung."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        assert await desk.turn(OVERDUE, latest=ESCALATED) == 0
        assert await desk.turn(ESCALATED) == 1
        await desk.send()
        [(_, text)] = desk.mails()
        assert "QUÁ HẠN KÉO DÀI" in text
        assert await desk.store.last_day() == ESCALATED


async def test_an_old_day_again(mongo: Mongo) -> None:
    """A day before the last one that was handled decides nothing, though it be the last message of the log; and the
    last day stays what it was."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.store.put_day(ESCALATED)
        assert await desk.turn(OVERDUE, latest=OVERDUE) == 0
        assert await desk.store.last_day() == ESCALATED
        assert await desk.turn(ESCALATED) == 1


async def test_unsent_is_superseded(mongo: Mongo) -> None:
    """A digest that could not be sent for days becomes one mail, of the last day."""
    async with at_work(mongo, Postman(mail=["451 closed", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert await desk.turn(NEXT) == 1
        assert await desk.turn(ESCALATED) == 1
        assert await desk.send() == 1
        assert len(desk.mails()) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-14"]
        assert (await desk.store.counts())["cancelled"] == 2


async def test_what_is_on_its_way_is_superseded_before_its_final_dot(mongo: Mongo) -> None:
    """Whoever has it can't end it any more; what may have reached the server is left alone."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        [slow] = await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)
        assert await desk.turn(NEXT) == 1
        assert not await desk.sending.books.hand_over(slow)
        [again] = await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)
        assert (again.digest.day, await desk.sending.books.hand_over(again)) == (NEXT, True)
        await desk.turn(ESCALATED)
        counts = await desk.store.counts()
        assert (counts["cancelled"], counts["sending"]) == (1, 1)


async def test_office_hours(mongo: Mongo) -> None:
    """In an automatic calendar nothing goes out before eight, after five, or on a later day than its own."""
    async with at_work(mongo, automatic=True) as desk:
        await desk.owe(MONTH)
        desk.now = datetime(2023, 3, 8, 0, 30, tzinfo=UTC)
        await desk.turn(OVERDUE)
        assert await desk.send() == 0
        desk.now = datetime(2023, 3, 9, 3, 0, tzinfo=UTC)
        assert await desk.send() == 0
        desk.now = datetime(2023, 3, 8, 1, 0, tzinfo=UTC)
        assert await desk.send() == 1
        [envelope] = desk.postman.taken
        assert isinstance(envelope.content, bytes)
        date_header = message_from_bytes(envelope.content, policy=policy.default)["Date"]
        assert date_header.datetime == desk.now
        assert "08 giờ 00 ngày 08/03/2023" in desk.mails()[0][1]


async def test_a_view_that_lags(mongo: Mongo) -> None:
    """While the view has not seen all that the log holds, nothing is sent: a delivery may be on its way."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        desk.is_caught_up = False
        assert await desk.send() == 0
        desk.is_caught_up = True
        assert await desk.send() == 1
