"""Waiting for what another task, thread or process does."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.01


async def until(holds: Callable[[], Awaitable[object]], what: str) -> None:
    """Return when it holds; fails the test where it doesn't within a time that only a hang exceeds."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await holds():
                await asyncio.sleep(LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise AssertionError(f"in vain waited until {what}") from None
