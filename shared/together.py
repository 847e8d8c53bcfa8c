"""What is asked one by one at the same time is done together: one look and one transaction for all of them.

What comes while others are on their way waits for those and goes next, so nobody waits for company that isn't there,
and nobody gets an answer that was begun before the question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from shared.delivery import NOT_NOW

MOST = 500
BYTES = 4_000_000  # a transaction of more would hold up everybody else's

What = TypeVar("What")
Answer = TypeVar("Answer")


class Together(Generic[What, Answer]):
    """Hands what waits to `work`, all at once and in the order in which it came. One that fails takes nobody along.

    `work` gives an answer for each, in the same order; `size` is what one takes, in bytes; `pause` is how long each
    round waits for company, where nobody is in a hurry.
    """

    def __init__(
        self,
        work: Callable[[Sequence[What]], Awaitable[Sequence[Answer]]],
        size: Callable[[What], int] = lambda _: 0,
        pause: timedelta = timedelta(0),
    ) -> None:
        self._work = work
        self._size = size
        self._pause = pause.total_seconds()
        self._waiting: list[tuple[What, asyncio.Future[Answer]]] = []
        self._working: asyncio.Task[None] | None = None

    async def do(self, what: What) -> Answer:
        """The answer for this one. Raises as `work` does for it alone."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, answer))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._go())
        return await answer

    async def _go(self) -> None:
        while self._waiting:
            if self._pause:
                await asyncio.sleep(self._pause)
            await self._answer(self._next())

    def _next(self) -> list[tuple[What, asyncio.Future[Answer]]]:
        size = count = 0
        for what, _ in self._waiting[:MOST]:
            size += self._size(what)
            if count and size > BYTES:
                break
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    async def _answer(self, several: Sequence[tuple[What, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._work([what for what, _ in several])
        except Exception as error:
            if len(several) > 1 and not isinstance(error, NOT_NOW):
                for one in several:  # whose fault it is shows when each is tried alone
                    await self._answer([one])
                return
            for _, waiting in several:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in zip(several, answers, strict=True):
            if not waiting.done():  # who left doesn't hear what was done for it
                waiting.set_result(answer)
