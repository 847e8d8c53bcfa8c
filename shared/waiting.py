"""Waiting for what a service needs: one line when it isn't there, one when it is, and no noise between."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from nats.js import JetStreamContext

from shared import topology
from shared.health import Health
from shared.logs import logger
from shared.mongo import Mongo
from shared.nats_once import connect_once

TRY_EVERY = timedelta(seconds=1)
SAY_EVERY = timedelta(seconds=30)

log = logger(__name__)


class NotThere(Exception):
    """What is needed isn't there; the text says what to do."""


async def until(stop: asyncio.Event, health: Health, what: str, attempt: Callable[[], Awaitable[None]]) -> bool:
    """Try until it works (True) or until told to stop (False)."""
    last: str | None = None
    silence = timedelta()
    while not stop.is_set():
        try:
            await attempt()
        except Exception as error:  # whatever keeps it away is said and tried again
            text = f"waiting for {what}: {_short(error)}"
            if text != last or silence >= SAY_EVERY:
                log.warning(text)
                last, silence = text, timedelta()
            health.waiting_for = text
        else:
            if last is not None:
                log.info(f"{what} is there")
            health.waiting_for = "starting"
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TRY_EVERY.total_seconds())
        silence += TRY_EVERY
    return False


async def reach_nats(url: str) -> None:
    """One connection, closed again. Raises NoNats where none can be made."""
    await (await connect_once(url)).close()


async def check_restored(mongo: Mongo) -> None:
    """Raises NotThere where a restore was begun and not ended: half of what was stored would be worse than nothing."""
    if await mongo.is_half_restored():
        raise NotThere("it was begun and has not ended; if it broke off, run `dondoc restore` again, with --replace")


async def check_topology(js: JetStreamContext, replicas: int = 1) -> None:
    """Raises NotThere, naming every difference, where a stream or a consumer is not as declared."""
    found = await topology.differences(js, replicas)
    if found:
        raise NotThere(
            f"{'; '.join(found)}; run `dondoc topology apply`, or `dondoc topology refill` if the NATS store was lost"
        )


def _short(error: Exception) -> str:
    if isinstance(error, NotThere):
        return str(error)  # it ends with what to do
    text = str(error).split(", Timeout:")[0].split(" (configured timeouts")[0]
    return " ".join(text.split())[:300] or type(error).__name__
