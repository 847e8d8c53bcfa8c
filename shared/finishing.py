"""Seeing work through: what is cut short in the middle leaves it open whether it was done."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def finished(work: Coroutine[Any, Any, T]) -> T:
    """The work's result. Cancelled meanwhile, this waits until the work has ended, and only then is cancelled."""
    attempt = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        await asyncio.wait({attempt})
        raise
