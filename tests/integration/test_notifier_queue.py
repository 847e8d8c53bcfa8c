"""Deciding and sending on a real MongoDB with a real SMTP conversation: each mail once, whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from services.notifier.apply_event import apply_event
from services.notifier.courier import Courier
from services.notifier.decide_reminders import decide_reminders
from services.notifier.mail import Mail, Outcome
from services.notifier.send_reminders import LEASE, NO_ADDRESS, Sending, send_reminders
from services.notifier.smtp_url import parse_smtp_url
from services.notifier.store import Store
from shared.contracts.base import Event
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo
from shared.outbox import Outbox
from tests.harness.postman import Postman, listening
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, RADIO, assigned_event, key, plan, recorded_event

OVERDUE, NEXT, ESCALATED = date(2023, 3, 8), date(2023, 3, 9), date(2023, 3, 14)
# February's day of registration is 7 March, as is that of week 9.
MONTH = key("III.2", "tt-a", "2023-02")
OTHER = key("III.3", "tt-a", "2023-02")
BUSY, GONE = "450 busy", "550 no such user"


@dataclass
class Desk:
    """A notifier without its transport: what comes in is applied, decided and sent on demand, at any hour."""

    mongo: Mongo
    postman: Postman
    sending: Sending
    now: datetime = datetime(2023, 3, 8, 3, 0, tzinfo=UTC)
    is_caught_up: bool = True
    events: list[Event] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.sending.store

    async def tell(self, *events: Event) -> None:
        for number, event in enumerate(events):
            self.events.append(event)
            await apply_event(f"su.kien/{len(self.events)}.{number}", event, self.store, self.mongo)

    async def owe(self, *keys: OccurrenceKey, of: PlanPublished | None = None) -> None:
        await self.tell(of or plan(), *(assigned_event(at) for at in keys))

    async def turn(self, day: date, latest: date | None = None) -> int:
        async def latest_day() -> date:
            return latest or day

        return await decide_reminders(day, self.store, self.mongo, latest_day, self.now)

    async def send(self) -> int:
        return await send_reminders(self.sending)

    async def told(self) -> list[str]:
        """The ids of the events in the outbox."""
        rows = [row async for row in self.sending.outbox.all_rows()]
        return [row.id for row in rows]

    def later(self, by: timedelta) -> None:
        self.now += by

    def mails(self) -> list[tuple[str, str]]:
        """First recipient and text of every mail that was taken."""
        read = []
        for envelope in self.postman.taken:
            assert isinstance(envelope.content, bytes)
            body = message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",))
            assert body is not None
            read.append((envelope.rcpt_tos[0], body.get_content()))
        return read


Desks = Callable[..., Any]


@pytest.fixture
async def desks(mongo: Mongo) -> Desks:
    """`async with desks(postman) as desk`."""
    store, outbox = Store(mongo), Outbox(mongo, "/dondoc/notifier")
    await store.ensure_indexes()
    await outbox.ensure_indexes()

    @asynccontextmanager
    async def at_work(postman: Postman | None = None, automatic: bool = False) -> AsyncIterator[Desk]:
        postman = postman or Postman()

        async def caught_up() -> bool:
            return desk.is_caught_up

        async with listening(postman) as url:
            courier = Courier(parse_smtp_url(url), timedelta(seconds=20))
            sending = Sending(
                store=store,
                mongo=mongo,
                outbox=outbox,
                send=courier.send,
                clock=lambda: desk.now,
                caught_up=caught_up,
                mail_from="nhac-viec@mau.example",
                automatic=automatic,
            )
            desk = Desk(mongo, postman, sending)
            yield desk
            await courier.close()

    return at_work


async def test_one_mail_and_one_event(desks: Desks) -> None:
    """What is overdue is mailed once to its agency and told once; sending and deciding again does nothing."""
    async with desks() as desk:
        await desk.owe(MONTH)
        assert await desk.turn(OVERDUE) == 1
        assert await desk.turn(OVERDUE) == 0
        assert [await desk.send(), await desk.send()] == [1, 0]
        [(to, text)] = desk.mails()
        assert to == "tt-a@mau.example"
        assert "quá hạn 1 ngày" in text
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]
        assert (await desk.store.counts())["pending"] == 0


async def test_events_twice(desks: Desks) -> None:
    """The same event applied again leaves the same account, with an id that holds dots too."""
    async with desks() as desk:
        for _ in range(2):
            await apply_event("a.b$c/1", assigned_event(MONTH), desk.store, desk.mongo)
        [account] = (await desk.store.accounts([MONTH])).values()
        assert len(account.facts) == 1


async def test_an_older_plan_comes_late(desks: Desks) -> None:
    """Of a plan the highest revision holds, in whatever order they come."""
    async with desks() as desk:
        await desk.tell(plan(revision=2, title="mới"), plan(revision=1), plan(revision=2, title="mới"))
        assert [(one.revision, one.title) for one in await desk.store.plans()] == [(2, "mới")]


async def test_delivered_before_it_is_sent(desks: Desks) -> None:
    """What was delivered between the decision and the sending is not mailed, and its rung is free again."""
    async with desks() as desk:
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


async def test_delivered_on_a_later_day(desks: Desks) -> None:
    """A digest that is sent after the day has turned reads what was delivered since."""
    async with desks() as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.store.put_day(NEXT)
        await desk.tell(recorded_event(MONTH, NEXT))
        await desk.send()
        assert desk.mails() == []


async def test_one_of_two_delivered(desks: Desks) -> None:
    """Of a digest with two occurrences only the one that is still owed is named, in the mail and in the event."""
    async with desks() as desk:
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


async def test_a_day_that_is_left_behind(desks: Desks) -> None:
    """A day that the log has left behind is passed over; the last one gets one mail with the highest rung."""
    async with desks() as desk:
        await desk.owe(MONTH)
        assert await desk.turn(OVERDUE, latest=ESCALATED) == 0
        assert await desk.turn(ESCALATED) == 1
        await desk.send()
        [(_, text)] = desk.mails()
        assert "QUÁ HẠN KÉO DÀI" in text
        assert await desk.store.last_day() == ESCALATED


async def test_unsent_is_superseded(desks: Desks) -> None:
    """A digest that could not be sent for days becomes one mail, of the last day."""
    async with desks(Postman(mail=["451 closed", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert await desk.turn(NEXT) == 1
        assert await desk.turn(ESCALATED) == 1
        assert await desk.send() == 1
        assert len(desk.mails()) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-14"]
        assert (await desk.store.counts())["cancelled"] == 2


async def test_put_off_then_taken(desks: Desks) -> None:
    """A mail that is put off stays queued until its time has come, then it is sent."""
    async with desks(Postman(rcpt=[BUSY, BUSY, None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert (await desk.store.counts())["pending"] == 1
        desk.later(timedelta(minutes=2))
        await desk.send()
        assert len(desk.mails()) == 1
        assert len(await desk.told()) == 1


async def test_some_put_off(desks: Desks) -> None:
    """A recipient that was put off gets the same bytes later; the one that has them doesn't get them again."""
    greylisted = CENTRE.model_copy(update={"emails": ("a@mau.example", "b@mau.example")})
    async with desks(Postman(rcpt_b=[BUSY, None])) as desk:
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


async def test_refused_for_good(desks: Desks) -> None:
    """A mail that is refused for good has failed, is told as failed, and isn't tried on the next day."""
    async with desks(Postman(rcpt=[GONE])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert await desk.told() == ["reminder.failed/mau-2023/tt-a/2023-03-08"]
        assert await desk.turn(NEXT) == 0


async def test_no_address(desks: Desks) -> None:
    """An agency without an address brings a failure with a reason that a person can act on, once."""
    mute = RADIO.model_copy(update={"emails": ()})
    async with desks() as desk:
        await desk.owe(key("III.1-radio", "dai", "2023-W09"), of=plan(agencies=(COORDINATOR, mute)))
        # W09 ends on Sunday 5 March: register_by is Friday the 10th.
        await desk.turn(date(2023, 3, 13))
        await desk.send()
        assert await desk.turn(date(2023, 3, 15)) == 0
        [row] = [row async for row in desk.sending.outbox.all_rows()]
        assert row.subject == "dondoc.reminder.failed.dai"
        assert NO_ADDRESS in row.body.decode()
        assert desk.mails() == []


async def test_lost_after_the_final_dot(desks: Desks) -> None:
    """When the connection is lost after the final dot, the same bytes go out once more, and no more."""
    async with desks(Postman(data=["take and drop"])) as desk:
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


async def test_lost_once_then_taken(desks: Desks) -> None:
    """An uncertain mail that is taken the second time is told as sent, once."""
    async with desks(Postman(data=["drop", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        desk.later(timedelta(minutes=2))
        await desk.send()
        assert len(desk.mails()) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]


def dying(send: Callable[[Mail, tuple[str, ...]], Awaitable[Outcome]], after: bool) -> Any:
    """A sender whose process dies before or after the mail is out."""

    async def send_and_die(mail: Mail, to: tuple[str, ...]) -> Outcome:
        if after:
            await send(mail, to)
        raise asyncio.CancelledError

    return send_and_die


@pytest.mark.parametrize(("after", "copies"), [(False, 1), (True, 2)])
async def test_a_sender_dies(desks: Desks, after: bool, copies: int) -> None:
    """When a sender dies between freezing and marking, another one sends the same bytes once more, when the lease
    is over, and tells it once."""
    async with desks() as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        with pytest.raises(asyncio.CancelledError):
            await send_reminders(replace(desk.sending, send=dying(desk.sending.send, after)))
        assert await desk.send() == 0
        desk.later(LEASE + timedelta(seconds=1))
        await desk.send()
        desk.later(timedelta(hours=2))
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert len(desk.mails()) == copies
        assert len({envelope.content for envelope in desk.postman.taken}) == 1
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]


async def test_a_sender_dies_before_it_has_written(desks: Desks) -> None:
    """When a sender dies before the bytes are fixed nothing was sent: the digest is queued again, and sent once."""
    async with desks() as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        assert await desk.store.claim("mau-2023", None, desk.now, LEASE) is not None
        assert await desk.send() == 0
        desk.later(LEASE + timedelta(seconds=1))
        assert await desk.send() == 1
        assert len(desk.mails()) == 1


async def test_two_senders_at_once(desks: Desks) -> None:
    """Two processes that send at once send each mail once."""
    weeks = [key("III.1-radio", "dai", "2023-W09"), key("III.1-radio", "bao", "2023-W09")]
    async with desks() as desk:
        await desk.owe(MONTH, OTHER, *weeks)
        await desk.turn(date(2023, 3, 13))
        await asyncio.gather(*(send_reminders(desk.sending) for _ in range(4)))
        assert sorted(to for to, _ in desk.mails()) == ["bao@mau.example", "dai@mau.example", "tt-a@mau.example"]
        assert len(await desk.told()) == 3


async def test_a_lease_that_was_lost(desks: Desks) -> None:
    """A sender whose lease went to another one can't mark the digest any more."""
    async with desks() as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        slow = await desk.store.claim("mau-2023", None, desk.now, LEASE)
        desk.later(LEASE + timedelta(seconds=1))
        await desk.send()
        assert not await desk.mongo.transact(lambda session: desk.store.settle(slow, session))
        assert (await desk.store.counts())["sent"] == 1


async def test_office_hours(desks: Desks) -> None:
    """In an automatic calendar nothing goes out before eight, after five, or on a later day than its own."""
    async with desks(automatic=True) as desk:
        await desk.owe(MONTH)
        desk.now = datetime(2023, 3, 8, 0, 30, tzinfo=UTC)
        await desk.turn(OVERDUE)
        assert await desk.send() == 0
        desk.now = datetime(2023, 3, 9, 3, 0, tzinfo=UTC)
        assert await desk.send() == 0
        desk.now = datetime(2023, 3, 8, 1, 0, tzinfo=UTC)
        assert await desk.send() == 1
        [envelope] = desk.postman.taken
        date_header = message_from_bytes(envelope.content, policy=policy.default)["Date"]
        assert date_header.datetime == desk.now
        assert "08 giờ 00 ngày 08/03/2023" in desk.mails()[0][1]


async def test_a_view_that_lags(desks: Desks) -> None:
    """While the view has not seen all that the log holds, nothing is sent: a delivery may be on its way."""
    async with desks() as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        desk.is_caught_up = False
        assert await desk.send() == 0
        desk.is_caught_up = True
        assert await desk.send() == 1
