"""A digest that finds its recipients' domain full: real MongoDB, real SMTP conversation."""

from dataclasses import replace
from datetime import timedelta

from services.notifier.sending.attempt import DOMAIN_FULL
from services.notifier.sending.limits import FULL_FOR, MINUTE, Limits
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import MONTH, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import key

# The same domain as MONTH's.
WEEK = key("III.1-radio", "dai", "2023-W08")


def limited(desk: Desk, at_once: int = 10, per_minute: int = 1000) -> Limits:
    limits = Limits(at_once, per_minute, lambda: desk.ticks)
    desk.sending = replace(desk.sending, limits=limits)
    return limits


async def queued(mongo: Mongo) -> list[tuple[str, int, str]]:
    """State, attempts and reason of what isn't sent."""
    found = mongo.db["digests"].find({"state": {"$ne": "sent"}})
    return [(row["state"], row["attempts"], row["reason"]) async for row in found]


async def test_beyond_the_mails_of_a_minute(mongo: Mongo) -> None:
    """The second mail goes back to the queue as if it hadn't been tried, and goes out when the minute is over."""
    async with at_work(mongo) as desk:
        limited(desk, per_minute=1)
        await desk.owe(MONTH, WEEK)
        await desk.turn(OVERDUE)
        assert await desk.send() == 2
        assert len(desk.mails()) == 1
        assert await queued(mongo) == [("queued", 0, DOMAIN_FULL)]
        assert await desk.send() == 0
        desk.later(timedelta(seconds=MINUTE))
        assert [await desk.send(), await desk.send()] == [1, 0]
        assert len(desk.mails()) == 2
        assert len(await desk.told()) == 2


async def test_while_another_is_on_its_way(mongo: Mongo) -> None:
    """A domain that has all its mails at once gets no connection for a further one, until one has come to an end."""
    async with at_work(mongo) as desk:
        limits = limited(desk, at_once=1)
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        assert limits.enter({"mau.example"}) == 0.0
        assert await desk.send() == 1
        assert (desk.postman.connections, await queued(mongo)) == ([], [("queued", 0, DOMAIN_FULL)])
        limits.leave({"mau.example"})
        desk.later(timedelta(seconds=FULL_FOR))
        assert await desk.send() == 1
        assert len(desk.mails()) == 1
        assert limits.enter({"mau.example"}) == 0.0


async def test_a_resend_that_meets_a_full_domain(mongo: Mongo) -> None:
    """It stays the one resend that it is: the same bytes go out when there is room."""
    async with at_work(mongo, Postman(data=["take and drop", None])) as desk:
        limits = limited(desk, at_once=1)
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        limits.enter({"mau.example"})
        desk.later(timedelta(minutes=2))
        assert await desk.send() == 1
        assert await queued(mongo) == [("unknown", 1, DOMAIN_FULL)]
        limits.leave({"mau.example"})
        desk.later(timedelta(seconds=FULL_FOR))
        assert await desk.send() == 1
        first, second = desk.postman.taken
        assert first.content == second.content
        assert await desk.told() == ["reminder.sent/mau-2023/tt-a/2023-03-08"]
