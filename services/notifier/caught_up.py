"""Whether the view has seen all that the log holds, asked once for all mails of a short moment."""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from shared.together import Together

# What an answer is worth. What was delivered so shortly before the text goes out may still be reminded of, as it may be
# while a mail is on its way; a question for each mail would cost more than the mail.
FRESH = timedelta(milliseconds=50)


class CaughtUp:
    """Who asks while a question is on its way waits for the next one; a yes holds for FRESH from when it was asked."""

    def __init__(self, ask: Callable[[], Awaitable[bool]], ticks: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._ticks = ask, ticks
        self._until = float("-inf")
        self._together: Together[None, bool] = Together(self._ask_once)

    async def __call__(self) -> bool:
        return self._ticks() < self._until or await self._together.do(None)

    async def _ask_once(self, several: Sequence[None]) -> list[bool]:
        asked = self._ticks()
        yes = asked < self._until or await self._ask()
        if yes:
            self._until = max(self._until, asked + FRESH.total_seconds())
        return [yes] * len(several)
