"""One question for all mails of a moment, and no answer older than it may be."""

import asyncio

import pytest

from services.notifier.sending.caught_up import FRESH, CaughtUp, Position

SEEN = (7,)


class Log:
    """Answers when it may; counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: Position | None = SEEN
        self.asked, self.now = 0, 0.0
        self.open = asyncio.Event()
        self.open.set()

    async def ask(self) -> Position | None:
        self.asked += 1
        answer = self.answer
        await self.open.wait()
        return answer

    def ticks(self) -> float:
        return self.now


@pytest.fixture
async def log() -> Log:
    return Log()


async def test_a_yes_holds_for_a_moment(log: Log) -> None:
    """Counted from when it was asked, not from when the answer came."""
    caught_up = CaughtUp(log.ask, log.ticks)
    assert await caught_up()
    log.answer, log.now = None, FRESH.total_seconds() * 0.99
    assert await caught_up()
    log.now = FRESH.total_seconds()
    assert not await caught_up()
    assert log.asked == 2


async def test_a_no_holds_for_nobody_else(log: Log) -> None:
    """Who asks after it is answered anew."""
    log.answer = None
    caught_up = CaughtUp(log.ask, log.ticks)
    assert not await caught_up()
    log.answer = SEEN
    assert await caught_up()
    assert log.asked == 2


async def test_those_of_a_moment_share_a_question(log: Log) -> None:
    """A hundred at once ask once."""
    caught_up = CaughtUp(log.ask, log.ticks)
    assert all(await asyncio.gather(*(caught_up() for _ in range(100))))
    assert log.asked == 1


async def test_nobody_gets_an_answer_that_was_begun_before_the_question(log: Log) -> None:
    """What the log held before counts for nothing: who comes while a no is on its way hears of what came since, and a
    slow yes is worth nothing when it arrives."""
    caught_up = CaughtUp(log.ask, log.ticks)
    log.open.clear()
    first = asyncio.create_task(caught_up())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    second = asyncio.create_task(caught_up())
    await asyncio.sleep(0)
    assert log.asked == 1
    log.now, log.answer = FRESH.total_seconds(), None
    log.open.set()
    assert (await first, await second, log.asked) == (SEEN, None, 2)
