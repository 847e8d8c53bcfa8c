"""What comes at the same time goes together, and each has its own end: single posts of the intake."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.submissions.intake import Conflict
from services.submissions.post_events import Answer
from services.submissions.read_event import Posted
from shared import together
from shared.outcomes import Retry
from shared.together import Together


class House:
    """Answers when `open` is set; keeps what came in at once. What is `wrong` can't be recorded."""

    def __init__(self, wrong: str = "", error: Exception | None = None) -> None:
        self.open = asyncio.Event()
        self.came: list[list[str]] = []
        self._wrong, self._error = wrong, error

    async def post(self, posted: Sequence[Posted]) -> list[Answer]:
        self.came.append([one.id for one in posted])
        await self.open.wait()
        if self._error and self._wrong in self.came[-1]:
            raise self._error
        return [Answer(f"receipt-{one.id}", b"{}", True) for one in posted]


def _posted(id_: str, raw: bytes = b"{}") -> Posted:
    return Posted("dai", raw, id_, None, None)


async def _all(house: House, *posted: Posted) -> list[Answer | BaseException]:
    """They come one right after the other, the first alone; the house opens when all are there."""
    group = Together(house.post, lambda posted: len(posted.raw))
    tasks = []
    for one in posted:
        tasks.append(asyncio.create_task(group.do(one)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    house.open.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_comes_while_one_is_on_its_way_goes_next_and_together() -> None:
    """The first waits for nobody; the others share one way, in their order, and each has its own answer."""
    house = House()
    answers = await _all(house, *map(_posted, "abcd"))
    assert house.came == [["a"], ["b", "c", "d"]]
    assert [one.receipt for one in answers if isinstance(one, Answer)] == [f"receipt-{id_}" for id_ in "abcd"]


async def test_with_a_pause_the_first_waits_for_the_others() -> None:
    """Who comes before the pause is over goes along."""
    house = House()
    house.open.set()
    group = Together(house.post, pause=timedelta(milliseconds=1))
    first = asyncio.create_task(group.do(_posted("a")))
    await asyncio.sleep(0)
    await asyncio.gather(first, group.do(_posted("b")))
    assert house.came == [["a", "b"]]


async def test_one_that_can_not_be_recorded_takes_nobody_along() -> None:
    """Each of its company is tried alone then; only its own sender hears of it."""
    house = House("c", Conflict("no"))
    answers = await _all(house, *map(_posted, "abcd"))
    assert house.came == [["a"], ["b", "c", "d"], ["b"], ["c"], ["d"]]
    assert [type(one) for one in answers] == [Answer, Answer, Conflict, Answer]


async def test_where_the_stores_are_away_everybody_is_told_at_once() -> None:
    """Nobody is tried alone against a server that isn't there."""
    house = House("c", Retry(timedelta(seconds=1), "away"))
    answers = await _all(house, *map(_posted, "abcd"))
    assert house.came == [["a"], ["b", "c", "d"]]
    assert [type(one) for one in answers] == [Answer, Retry, Retry, Retry]


async def test_who_leaves_meanwhile_spoils_nothing() -> None:
    """A client whose connection broke is recorded as the others are."""
    house = House()
    group = Together(house.post, lambda posted: len(posted.raw))
    leaving, staying = (asyncio.create_task(group.do(_posted(id_))) for id_ in "ab")
    await asyncio.sleep(0)
    leaving.cancel()
    house.open.set()
    assert (await staying).receipt == "receipt-b"
    assert house.came == [["a", "b"]]


async def test_large_posts_do_not_go_in_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many bytes and no more, but one at least."""
    monkeypatch.setattr(together, "BYTES", 10)
    house = House()
    await _all(house, *(_posted(id_, b"0" * size) for id_, size in zip("abcde", (1, 6, 4, 1, 20), strict=True)))
    assert house.came == [["a"], ["b", "c"], ["d"], ["e"]]
