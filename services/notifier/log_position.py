"""Where the log stands, against what this service has seen of it."""

import asyncio
from datetime import date, timedelta

from nats.js import JetStreamContext

from shared import topology
from shared.waiting import NotThere

LOOK_EVERY = timedelta(milliseconds=50)
_DAY_SUBJECT = "dondoc.calendar.day.*"


async def latest_day(js: JetStreamContext) -> date:
    """The day that the log took last; a day that was put in again makes it an older one. Raises NotFoundError where
    the log holds none."""
    message = await js.get_last_msg(topology.EVENTS, _DAY_SUBJECT)
    if message.subject is None:
        raise NotThere("the log's last day has no subject")
    return date.fromisoformat(message.subject.rsplit(".", 1)[-1])


async def caught_up(js: JetStreamContext, within: timedelta) -> bool:
    """Whether all that the log holds now is taken in; waits for it, False if it takes too long."""
    if await _has_seen(js):
        return True
    head = (await js.stream_info(topology.EVENTS)).state.last_seq
    for _ in range(within // LOOK_EVERY):
        if await _has_seen(js, head):
            return True
        await asyncio.sleep(LOOK_EVERY.total_seconds())
    return False


async def _has_seen(js: JetStreamContext, sequence: int | None = None) -> bool:
    """Whether everything is taken in, or all up to a sequence."""
    info = await js.consumer_info(topology.EVENTS, topology.NOTIFIER_EVENTS.name)
    if not info.num_pending and not info.num_ack_pending:
        return True
    if sequence is None or info.ack_floor is None:
        return False
    return bool(info.ack_floor.stream_seq >= sequence)
