"""Each mail once, whatever the mail server does and whenever a sender dies: real MongoDB, real SMTP conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.notifier.letters.mail import Envelope, Outcome
from services.notifier.rules import Digest
from services.notifier.send_reminders import send_reminders
from services.notifier.sending.attempt import NO_ADDRESS
from services.notifier.sending.lease import LEASE
from services.notifier.sending.limits import Limits
from services.notifier.sending.sending import Send
from shared.contracts.duties import OccurrenceKey
from shared.mongo import Mongo, Session
from tests.harness.postman import Postman
from tests.integration.notifier_desk import BUSY, ESCALATED, GONE, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, RADIO, key, plan, recorded_event

JANUARY = key("III.2", "tt-a", "2023-01")
OF_THE_DAY = Digest("mau-2023", "tt-a", OVERDUE, ())


async def test_put_off_then_taken(mongo: Mongo) -> None:
    """A mail that is put off stays queued until its time has come, then it is sent."""
    async with at_work(mongo, Postman(rcpt=[BUSY, BUSY, None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert (await desk.store.counts())["pending"] == 1
        desk.later(timedelta(minutes=2))
        await desk.send()
        assert len(desk.mails()) == 1
        assert len(await desk.told()) == 1


async def test_some_put_off(mongo: Mongo) -> None:
    """A recipient that was put off gets the same bytes later; the one that has them doesn't get them again."""
    greylisted = CENTRE.model_copy(update={"emails": ("a@mau.example", "b@mau.example")})
    async with at_work(mongo, Postman(rcpt_b=[BUSY, None])) as desk:
        await desk.owe(MONTH, of=plan(agencies=(COORDINATOR, DISTRICT, greylisted)))
        await desk.turn(OVERDUE)
        await desk.send()
        assert await desk.told() == []
        desk.later(timedelta(minutes=2))
        await desk.send()
        first, second = desk.postman.taken
        assert (first.rcpt_tos, second.rcpt_tos) == (["a@mau.example"], ["b@mau.example"])
        assert first.content == second.content
        assert len(await desk.told()) == 1


async def test_refused_for_good(mongo: Mongo) -> None:
    """A mail that is refused for good has failed, is told as failed, and isn't tried on the next day."""
    async with at_work(mongo, Postman(rcpt=[GONE])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert await desk.told() == ["reminder.failed/mau-2023/tt-a/2023-03-08"]
        assert await desk.turn(NEXT) == 0


async def test_no_address(mongo: Mongo) -> None:
    """An agency without an address brings a failure with a reason that a person can act on, once."""
    mute = RADIO.model_copy(update={"emails": ()})
    async with at_work(mongo) as desk:
        await desk.owe(key("III.1-radio", "dai", "2023-W09"), of=plan(agencies=(COORDINATOR, mute)))
        # W09 ends on Sunday 5 March: register_by is Friday the 10th.
        await desk.turn(date(2023, 3, 13))
        await desk.send()
        assert await desk.turn(date(2023, 3, 15)) == 0
        [row] = [row async for row in desk.sending.outbox.all_rows()]
        assert row.subject == "dondoc.reminder.failed.dai"
        assert NO_ADDRESS in row.body.decode()
        assert desk.mails() == []


async def test_lost_after_the_final_dot(mongo: Mongo) -> None:
    """When the connection is lost after the final dot, the same bytes go out once more, and no more."""
    async with at_work(mongo, Postman(data=["take and drop"])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        for _ in range(4):
            await desk.send()
            desk.later(timedelta(hours=2))
        first, second = desk.postman.taken
        assert first.content == second.content
        assert await desk.told() == ["reminder.failed/mau-2023/tt-a/2023-03-08"]
        counts = await desk.store.counts()
        assert (counts["unknown"], counts["pending"]) == (1, 0)


async def test_lost_once_then_taken(mongo: Mongo) -> None:
    """An uncertain mail that is taken the second time is told as sent, once."""
    async with at_work(mongo, Postman(data=["drop", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        desk.later(timedelta(minutes=2))
        await desk.send()
        assert len(desk.mails()) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]


def dying(send: Send, at: str) -> Send:
    """A sender whose process dies in an attempt: when the bytes are to be fixed, when they are, when the final dot may
    go out, or when the mail is out."""

    async def send_and_die(
        envelope: Envelope, begin: Callable[[], Awaitable[bytes | None]], may_end: Callable[[], Awaitable[bool]]
    ) -> Outcome | None:
        async def begin_and_die() -> bytes | None:
            text = None if at == "before the bytes" else await begin()
            if at in {"before the dot", "after the mail"}:
                return text
            raise asyncio.CancelledError

        async def may_end_and_die() -> bool:
            may = await may_end()
            if at == "before the dot":
                raise asyncio.CancelledError
            return may

        await send(envelope, begin_and_die, may_end_and_die)
        raise asyncio.CancelledError

    return send_and_die


DEATHS = [("before the bytes", 1), ("after the bytes", 1), ("before the dot", 1), ("after the mail", 2)]


@pytest.mark.parametrize(("at", "copies"), DEATHS)
async def test_a_sender_dies(mongo: Mongo, at: str, copies: int) -> None:
    """When a sender dies in an attempt, another one sends the mail when the lease is over, and tells it once; a second
    copy comes, with the same bytes, only where the first was out."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        with pytest.raises(asyncio.CancelledError):
            await send_reminders(replace(desk.sending, send=dying(desk.sending.send, at)))
        assert await desk.send() == 0
        await desk.lose_leases()
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert len(desk.mails()) == copies
        assert len({envelope.content for envelope in desk.postman.taken}) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]


@pytest.mark.parametrize("first", ["before the bytes", "after the bytes", "before the dot"])
@pytest.mark.parametrize("then", ["before the bytes", "after the bytes"])
async def test_senders_die_again_and_again(mongo: Mongo, first: str, then: str) -> None:
    """However many senders die before the final dot may go out, the mail goes out: the one resend isn't used up by
    attempts in which nothing was sent."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        for at in (first, *3 * [then]):
            with pytest.raises(asyncio.CancelledError):
                await send_reminders(replace(desk.sending, send=dying(desk.sending.send, at)))
            await desk.lose_leases()
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert len(desk.mails()) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]


def delivering(desk: Desk, what: OccurrenceKey) -> Send:
    """A server that thinks about the recipients until something is delivered."""

    async def slow(envelope: Envelope, begin: Any, may_end: Any) -> Outcome | None:
        async def begin_late() -> Any:
            await desk.tell(recorded_event(what, OVERDUE))
            return await begin()

        return await desk.sending.send(envelope, begin_late, may_end)

    return slow


async def test_delivered_while_the_server_thinks(mongo: Mongo) -> None:
    """What is delivered while the mail server answers to the recipients is left out; where nothing is left, no mail
    goes out, and the rung is free again."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)

        await send_reminders(replace(desk.sending, send=delivering(desk, MONTH)))
        counts = await desk.store.counts()
        assert (desk.mails(), counts["cancelled"], counts["pending"]) == ([], 1, 0)
        cancelled = await desk.store.returned.by_short(OF_THE_DAY.short)
        assert cancelled is not None
        assert cancelled.frozen is None


async def test_one_of_two_delivered_while_the_server_thinks(mongo: Mongo) -> None:
    """The bytes that were fixed before make way for others, which name what is left: those go out, and are kept."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.turn(OVERDUE)
        await send_reminders(replace(desk.sending, send=delivering(desk, MONTH)))
        [sent] = desk.postman.taken
        kept = await desk.store.returned.by_short(OF_THE_DAY.short)
        assert kept is not None
        assert kept.frozen is not None
        assert kept.frozen.body == sent.original_content
        assert [str(item.occurrence) for item in kept.digest.items] == [str(OTHER)]


async def late_from_before(desk: Desk) -> None:
    """All three were reminded of on 8 March, and of January's the letter to be signed followed: after that there is
    silence about it. On the 14th those of February are escalated."""
    await desk.owe(MONTH, OTHER, JANUARY)
    for day in (OVERDUE, NEXT):
        await desk.turn(day)
        await desk.send()
    desk.postman.taken.clear()


async def test_a_digest_names_all_that_is_overdue(mongo: Mongo) -> None:
    """Also what has no rung that day; but that is no item of it: nothing is told or marked as mailed by that."""
    async with at_work(mongo) as desk:
        await late_from_before(desk)
        before = await mongo.db["rungs"].count_documents({"occurrence": str(JANUARY)})
        assert await desk.turn(ESCALATED) == 1
        await desk.send()
        [(_, text)] = desk.mails()
        assert "Hiện có 03 kỳ quá hạn." in text
        assert "QUÁ HẠN KHÁC" in text
        assert "tháng 01/2023: quá hạn" in " ".join(text.split())
        kept = await desk.store.returned.by_short(replace(OF_THE_DAY, day=ESCALATED).short)
        assert kept is not None
        assert {item.occurrence for item in kept.digest.items} == {MONTH, OTHER}
        [*_, row] = [row async for row in desk.sending.outbox.all_rows()]
        assert str(JANUARY.period) not in row.body.decode()
        assert await mongo.db["rungs"].count_documents({"occurrence": str(JANUARY)}) == before
        assert await desk.turn(date(2023, 3, 15)) == 0


async def test_what_is_overdue_besides_is_delivered_while_the_server_thinks(mongo: Mongo) -> None:
    """It drops out of the list and of the count."""
    async with at_work(mongo) as desk:
        await late_from_before(desk)
        await desk.turn(ESCALATED)
        await send_reminders(replace(desk.sending, send=delivering(desk, JANUARY)))
        [(_, text)] = desk.mails()
        assert "Hiện có 02 kỳ quá hạn." in text
        assert "tháng 01/2023" not in text
        assert "QUÁ HẠN KHÁC" not in text


async def test_no_mail_for_what_is_overdue_alone(mongo: Mongo) -> None:
    """Where what has its turn is delivered, the digest is cancelled, though something else is overdue still."""
    async with at_work(mongo) as desk:
        await late_from_before(desk)
        await desk.turn(ESCALATED)
        await desk.tell(recorded_event(MONTH, ESCALATED), recorded_event(OTHER, ESCALATED))
        await desk.send()
        assert (desk.mails(), (await desk.store.counts())["cancelled"]) == ([], 1)


async def test_a_lease_that_runs_out_before_the_final_dot(mongo: Mongo) -> None:
    """A sender that was stopped for longer than its lease never sends the final dot: the mail goes out once, by the
    next attempt."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)

        async def stopped(envelope: Envelope, begin: Any, may_end: Any) -> Outcome | None:
            async def begin_and_stop() -> Any:
                text = await begin()
                desk.later(LEASE)
                return text

            return await desk.sending.send(envelope, begin_and_stop, may_end)

        await send_reminders(replace(desk.sending, send=stopped))
        assert desk.mails() == []
        desk.later(timedelta(minutes=2))
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert len(desk.mails()) == 1


async def test_a_sender_that_shows_life(mongo: Mongo) -> None:
    """A lease that had run out but was renewed since isn't taken over: MongoDB was away, or its clock jumped."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        [slow] = await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)
        await desk.lose_leases()
        assert await desk.sending.books.renew(slow)
        assert await desk.send() == 0
        assert await desk.store.take_over(slow, LEASE) is None
        assert await desk.sending.books.settle(slow)


async def test_a_clock_that_jumped(mongo: Mongo) -> None:
    """A sender whose clock is a day ahead takes no digest from another; and what it puts off isn't put off for a day
    for those whose clock is right."""
    async with at_work(mongo, Postman(rcpt=[BUSY, BUSY, None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        day = timedelta(days=1)
        assert len(await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)) == 1
        desk.now += day
        assert [await desk.send(), await desk.send()] == [0, 0]
        await desk.lose_leases()
        assert await desk.send() == 1
        desk.now -= day
        assert await desk.send() == 1
        assert len(desk.mails()) == 1


async def test_several_senders_at_once(mongo: Mongo) -> None:
    """Processes that send at once, each with limits of its own, send each mail once."""
    weeks = [key("III.1-radio", "dai", "2023-W09"), key("III.1-radio", "bao", "2023-W09")]
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER, *weeks)
        await desk.turn(date(2023, 3, 13))
        senders = [replace(desk.sending, limits=Limits(1, 1000, lambda: desk.ticks)) for _ in range(4)]
        await asyncio.gather(*map(send_reminders, senders))
        assert sorted(to for to, _ in desk.mails()) == ["bao@mau.example", "dai@mau.example", "tt-a@mau.example"]
        assert len(await desk.told()) == 3


async def test_a_lease_that_was_lost(mongo: Mongo) -> None:
    """A sender whose lease went to another one can't mark the digest any more."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        [slow] = await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)
        await desk.lose_leases()
        await desk.send()
        assert not await desk.sending.books.renew(slow)
        assert not await desk.sending.books.settle(slow)
        assert (await desk.store.counts())["sent"] == 1


async def test_renewals_leave_the_driver_a_thread(mongo: Mongo) -> None:
    """They wait for a transaction that writes their digest: each in a thread, they left none for its end."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        [slow] = await desk.store.claim("mau-2023", None, desk.now, LEASE, 1)
        renewals: list[asyncio.Task[bool]] = []
        tries = 0

        async def write(session: Session) -> None:
            nonlocal tries
            tries += 1
            await desk.store.settle([slow], session)
            renewals.extend(asyncio.create_task(desk.sending.books.renew(slow)) for _ in range(200))
            await asyncio.sleep(0.5)

        await mongo.transact(write)
        await asyncio.gather(*renewals)
        assert tries == 1


async def test_what_is_on_its_way_is_pending_at_every_moment(mongo: Mongo) -> None:
    """A digest that is claimed and put back again and again while it is counted is never between two states: who waits
    for the end of all mails doesn't go on before it."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        digests, busy = mongo.db["digests"], True

        async def flip() -> None:
            while busy:
                await digests.update_many({}, {"$set": {"state": "sending", "next_try": None}})
                await digests.update_many({}, {"$set": {"state": "queued", "next_try": desk.now}})

        flipping = asyncio.create_task(flip())
        found = [await desk.store.counts() for _ in range(300)]
        busy = False
        await flipping
    assert {(one["pending"], one["queued"] + one["sending"]) for one in found} == {(1, 1)}
    assert {one["sending"] for one in found} == {0, 1}
