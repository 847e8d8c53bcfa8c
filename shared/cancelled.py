"""Tasks that end when they are told to."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

# Longer than a batch takes, since that is finished first; shorter than what a service has to stop.
CANCEL_AGAIN = timedelta(seconds=5)


async def cancelled(tasks: Iterable["asyncio.Future[Any]"]) -> None:
    """Cancel them until they have ended: libraries wait with Python 3.11's `wait_for`, which can swallow one."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN.total_seconds())
