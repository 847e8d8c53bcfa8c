"""Single posts that come at the same time go in together: one look at the plans and one transaction for all of them.

What comes while others are on their way waits for those and goes next, so nobody waits for company that isn't there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from services.submissions.post_events import Answer
from services.submissions.read_event import Posted
from shared.delivery import NOT_NOW

POSTS = 500
BYTES = 4_000_000  # a transaction of more would hold up everybody else's

Post = Callable[[Sequence[Posted]], Awaitable[list[Answer]]]


class Together:
    """Hands what waits to `post`, all at once and in the order in which it came. One that fails takes nobody along."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._waiting: list[tuple[Posted, asyncio.Future[Answer]]] = []
        self._working: asyncio.Task[None] | None = None

    async def post(self, posted: Posted) -> Answer:
        """The event's answer. Raises as `post` does for this event alone."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((posted, answer))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        while self._waiting:
            await self._answer(self._next())

    def _next(self) -> list[tuple[Posted, asyncio.Future[Answer]]]:
        size = count = 0
        for posted, _ in self._waiting[:POSTS]:
            size += len(posted.raw)
            if count and size > BYTES:
                break
            count += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    async def _answer(self, several: Sequence[tuple[Posted, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._post([posted for posted, _ in several])
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
            if not waiting.done():  # a client that left doesn't hear what was recorded for it
                waiting.set_result(answer)
