"""Whether frozen bytes go out again, and what a clean stop leaves behind: real MongoDB, real SMTP conversation."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from deploy.servers.server import Running
from services.notifier.send_reminders import send_reminders
from services.notifier.sending.attempt import DAY_PASSED, NOTHING_DUE
from services.notifier.sending.caught_up import Moving
from shared.contracts.base import Event
from shared.contracts.registry import decode
from shared.contracts.reminders import ReminderFailed, ReminderSent
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import BUSY, ESCALATED, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, extended_event, plan, recorded_event

TWO_ADDRESSES = plan(
    agencies=(COORDINATOR, DISTRICT, CENTRE.model_copy(update={"emails": ("a@mau.example", "b@mau.example")}))
)


async def events(desk: Desk) -> list[Event]:
    """What the outbox holds, read back."""
    return [decode(row.body)[1] async for row in desk.sending.outbox.all_rows()]


@pytest.mark.parametrize(
    "since", [recorded_event(MONTH, OVERDUE), extended_event(MONTH, OVERDUE, ESCALATED)], ids=["delivered", "extended"]
)
async def test_nothing_is_due_any_more(mongo: Mongo, since: Event) -> None:
    """An uncertain mail isn't sent again when nothing in it is due any more: it is told as failed, with the reason."""
    async with at_work(mongo, Postman(data=["drop", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        await desk.tell(since)
        desk.later(timedelta(minutes=2))
        await desk.send()
        assert desk.mails() == []
        [failed] = await events(desk)
        assert isinstance(failed, ReminderFailed)
        assert failed.reason.endswith(NOTHING_DUE)
        assert failed.to == ("tt-a@mau.example", "tt-a-2@mau.example")
        counts = await desk.store.counts()
        assert (counts["unknown"], counts["pending"]) == (1, 0)


async def test_one_of_two_is_due_still(mongo: Mongo) -> None:
    """An uncertain mail of which a part is due still goes out again, in the same bytes."""
    async with at_work(mongo, Postman(data=["take and drop", None])) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.turn(OVERDUE)
        await desk.send()
        await desk.tell(recorded_event(MONTH, OVERDUE))
        desk.later(timedelta(minutes=2))
        await desk.send()
        first, second = desk.postman.taken
        assert first.content == second.content


async def test_a_later_day_has_come(mongo: Mongo) -> None:
    """An uncertain mail isn't sent again beside a later day's own: one mail goes out, the old one is told as failed."""
    async with at_work(mongo, Postman(data=["drop", None])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        assert [await desk.turn(NEXT), await desk.turn(ESCALATED)] == [0, 1]
        desk.later(timedelta(days=6))
        await desk.send()
        [(_, text)] = desk.mails()
        assert "QUÁ HẠN KÉO DÀI\r\nThư này đồng gửi" in text
        told = {event.day: event for event in await events(desk) if isinstance(event, ReminderSent | ReminderFailed)}
        failed = told[OVERDUE]
        assert isinstance(failed, ReminderFailed)
        assert failed.reason.endswith(DAY_PASSED)
        assert isinstance(told[ESCALATED], ReminderSent)
        assert (await desk.store.counts())["pending"] == 0


async def test_put_off_until_a_later_day(mongo: Mongo) -> None:
    """Who was put off until a later day came doesn't get the old mail: it is told as sent to the one and as failed to
    the other."""
    async with at_work(mongo, Postman(rcpt_b=[BUSY, None])) as desk:
        await desk.owe(MONTH, of=TWO_ADDRESSES)
        await desk.turn(OVERDUE)
        await desk.send()
        await desk.turn(NEXT)
        desk.later(timedelta(days=1))
        await desk.send()
        assert [to for to, _ in desk.mails()] == ["a@mau.example"]
        sent, failed = sorted(await events(desk), key=lambda event: event.TYPE, reverse=True)
        assert isinstance(sent, ReminderSent)
        assert isinstance(failed, ReminderFailed)
        assert (sent.to, failed.to) == (("a@mau.example",), ("b@mau.example",))
        assert failed.reason.endswith(DAY_PASSED)
        assert (await desk.store.counts())["sent"] == 1


class Slow(Postman):
    """Has the whole text, and answers when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.has_the_text, self.may_answer = asyncio.Event(), asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        self.has_the_text.set()
        await self.may_answer.wait()
        return await super().handle_DATA(server, session, envelope)


async def test_told_to_stop_in_the_middle_of_a_mail(mongo: Mongo) -> None:
    """A sender that is told to stop while the server has the text waits for its answer, marks the mail as sent, tells
    it, and takes no other."""
    postman = Slow()
    async with at_work(mongo, postman) as desk:
        await desk.owe(MONTH, OTHER.model_copy(update={"agency": "dieu-phoi"}))
        assert await desk.turn(OVERDUE) == 2
        sender = asyncio.create_task(send_reminders(desk.sending))
        await postman.has_the_text.wait()
        sender.cancel()
        postman.may_answer.set()
        with pytest.raises(asyncio.CancelledError):
            await sender
        counts = await desk.store.counts()
        assert (counts["sending"], counts["sent"], counts["queued"]) == (0, 1, 1)
        assert len(await desk.told()) == len(desk.mails()) == 1


async def test_told_to_stop_before_a_mail_is_taken_up(mongo: Mongo) -> None:
    """A sender that is told to stop just as it takes a digest leaves none that is being sent."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)

        async def stopped() -> Moving:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            return Moving()

        with pytest.raises(asyncio.CancelledError):
            await send_reminders(replace(desk.sending, caught_up=stopped))
        counts = await desk.store.counts()
        assert (counts["sending"], counts["sent"] + counts["queued"]) == (0, 1)


async def test_mongodb_goes_away_in_the_middle_of_a_mail(mongo: Mongo, mongod: Running) -> None:
    """A mail that was taken while MongoDB was away is marked when it is back, by the sender that sent it: it isn't in
    doubt, and goes out once."""
    postman = Slow()
    async with at_work(mongo, postman) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        sender = asyncio.create_task(desk.send())
        await postman.has_the_text.wait()
        mongod.child.kill()
        postman.may_answer.set()
        while not postman.taken:
            await asyncio.sleep(0.01)
        mongod.start()
        assert await sender == 1
        counts = await desk.store.counts()
        assert (counts["sent"], counts["pending"]) == (1, 0)
        assert len(await desk.told()) == len(desk.mails()) == 1
