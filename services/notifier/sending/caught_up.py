"""Whether the view has seen all that the log holds, asked once for all mails of a short moment."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from shared.together import Together

# What an answer is worth. What was delivered so shortly before the text goes out may still be reminded of, as it may be
# while a mail is on its way; a question for each mail would cost more than the mail.
FRESH = timedelta(milliseconds=200)


class Moving:
    """Where a view stands into which more is being taken: nowhere else, and not there again."""


# Equal as long as nothing was taken in.
Position = tuple[int, ...] | Moving


class CaughtUp:
    """Who asks while a question is on its way waits for the next one; a yes holds for FRESH from when it was asked.

    The answer is where the view stands, equal as long as it is the same, or None where it hasn't seen all.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[Position | None]], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._ticks = ask, ticks
        self._last: Position | None = None
        self._until = float("-inf")
        self._together: Together[None, Position | None] = Together(self._ask_once)

    async def __call__(self) -> Position | None:
        return self._last if self._ticks() < self._until else await self._together.do(None)

    async def _ask_once(self, several: Sequence[None]) -> list[Position | None]:
        asked = self._ticks()
        if asked >= self._until:
            self._last = await self._ask()
            self._until = asked + FRESH.total_seconds() if self._last is not None else float("-inf")
        return [self._last] * len(several)
