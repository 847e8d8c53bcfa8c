"""How far the service has taken in the log, so that an answer is right or an honest error."""

import asyncio
from datetime import timedelta

from nats.js import JetStreamContext

from shared.outcomes import Retry
from shared.topology import EVENTS, REPORTS_EVENTS

WAIT_AT_MOST = timedelta(seconds=5)
LOOK_EVERY = timedelta(milliseconds=20)
TRY_AGAIN_AFTER = timedelta(seconds=2)


async def caught_up(js: JetStreamContext, within: timedelta = WAIT_AT_MOST) -> None:
    """Wait until the view holds all that the log holds now.

    Raises Retry, saying how many events are still to come, where that takes longer than `within`.
    """
    head = (await js.stream_info(EVENTS)).state.last_seq
    deadline = asyncio.get_running_loop().time() + within.total_seconds()
    while pending := await _pending(js, head):
        if asyncio.get_running_loop().time() > deadline:
            raise Retry(
                TRY_AGAIN_AFTER, f"the reports service has {pending} events of the log yet to take in; try again"
            )
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def _pending(js: JetStreamContext, head: int) -> int:
    """How many events up to that sequence are not taken in, as far as can be told; 0 when all are."""
    info = await js.consumer_info(EVENTS, REPORTS_EVENTS.name)
    if info.ack_floor is not None and info.ack_floor.stream_seq >= head:
        return 0
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
