"""Where the log stands, against what this service has seen of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from services.notifier.sending.caught_up import Moving, Position
from shared import topology
from shared.contracts.days import CalendarDay
from shared.reading_position import has_read_all
from shared.waiting import NotThere

LOOK_EVERY = timedelta(milliseconds=50)
# A day comes right behind facts that are in hand: it mustn't wait longer than they take.
FACTS_EVERY = timedelta(milliseconds=5)
_DAY_SUBJECT = "dondoc.calendar.day.*"
_CONSUMERS = (topology.NOTIFIER_FACTS, topology.NOTIFIER_DAYS)


async def latest_day(js: JetStreamContext) -> date:
    """The day that the log took last; a day that was put in again makes it an older one. Raises NotFoundError where
    the log holds none."""
    message = await js.get_last_msg(topology.EVENTS, _DAY_SUBJECT)
    if message.subject is None:
        raise NotThere("the log's last day has no subject")
    return date.fromisoformat(message.subject.rsplit(".", 1)[-1])


async def lost_day(js: JetStreamContext, handled: date | None) -> date | None:
    """`handled`, the last day that this service handled, if the log doesn't hold it (any more), else None."""
    if handled is None:
        return None
    try:
        await js.get_last_msg(topology.EVENTS, CalendarDay(date=handled).subject)
    except NotFoundError:
        return handled
    return None


async def facts_are_in(js: JetStreamContext, before: int, within: timedelta) -> bool:
    """Whether this service has taken in every fact that the log holds before that sequence; waits for it, False if it
    takes too long."""
    return await _comes_true(lambda: has_read_all(js, topology.NOTIFIER_FACTS, before), within, FACTS_EVERY)


async def caught_up(js: JetStreamContext, within: timedelta, handled: date | None) -> Position | None:
    """Where the view stands if all that the log holds now is taken in; waits for it, None if it takes too long.

    Also None where the log has forgotten the last day `handled`: then it may lack who delivered as well.
    """
    if await lost_day(js, handled) is not None:
        return None
    at = await _stands_at(js)
    if at is not None:
        return at
    head = (await js.stream_info(topology.EVENTS)).state.last_seq
    return Moving() if await _comes_true(lambda: _has_seen(js, head), within, LOOK_EVERY) else None


async def _comes_true(holds: Callable[[], Awaitable[bool]], within: timedelta, pause: timedelta) -> bool:
    """Whether it holds within that time; asked at a growing pause, that the server isn't asked hundreds of times."""
    clock = asyncio.get_running_loop().time
    until = clock() + within.total_seconds()
    while not await holds():
        if clock() > until:
            return False
        await asyncio.sleep(pause.total_seconds())
        pause = min(2 * pause, LOOK_EVERY)
    return True


async def _stands_at(js: JetStreamContext) -> Position | None:
    """The last that was taken in of facts and days; None where anything is left."""
    at = []
    for consumer in _CONSUMERS:
        info = await js.consumer_info(topology.EVENTS, consumer.name)
        if info.num_pending or info.num_ack_pending:
            return None
        at.append(info.delivered.stream_seq if info.delivered is not None else 0)
    return tuple(at)


async def _has_seen(js: JetStreamContext, sequence: int) -> bool:
    """Whether all up to a sequence is taken in."""
    for consumer in _CONSUMERS:
        info = await js.consumer_info(topology.EVENTS, consumer.name)
        if not info.num_pending and not info.num_ack_pending:
            continue
        if info.ack_floor is None or info.ack_floor.stream_seq < sequence:
            return False
    return True
