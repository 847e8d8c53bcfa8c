"""How far a consumer's service has read its stream, as the stream's leader knows it."""

import asyncio
from datetime import datetime

from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError

from shared.topology import EVENTS, Consumer


async def has_read_all(js: JetStreamContext, consumer: Consumer, before: int | None = None) -> bool:
    """Whether every message of the consumer that the stream holds now is handled; only those before a sequence count
    where one is given."""
    return await has_handled_all(js, consumer, await js.consumer_info(consumer.stream, consumer.name), before)


async def has_handled_all(
    js: JetStreamContext, consumer: Consumer, info: ConsumerInfo, before: int | None = None
) -> bool:
    """The same by what the server has just told of the consumer.

    A replica, or the consumer's own count of what is pending, may lag behind the store; the leader doesn't.
    """
    handled = info.ack_floor.stream_seq if info.ack_floor is not None else 0
    waiting = await asyncio.gather(*(_next(js, consumer.stream, subject, handled) for subject in consumer.subjects))
    return not any(sequence is not None and (before is None or sequence < before) for sequence in waiting)


class LogEnd:
    """How far the log reached when this process last looked: one that reaches less far has lost its end, as after a
    power cut or where an old copy was put back.

    A refill makes the consumers anew when it is done; from then on the log is what it is.
    """

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js
        self._reached = 0
        self._made: datetime | None = None

    async def lost(self, made: datetime | None) -> int:
        """How many of the last events are gone; 0 if none is, or if as many came since. `made` is when a consumer of
        the log was made, None while there is none.

        Raises NotFoundError where the stream is gone.
        """
        last = (await self._js.stream_info(EVENTS)).state.last_seq
        if made != self._made:
            self._made, self._reached = made, 0
        self._reached = max(self._reached, last)
        return self._reached - last


async def _next(js: JetStreamContext, stream: str, subject: str, after: int) -> int | None:
    try:
        return (await js.get_msg(stream, after + 1, subject=subject, next=True)).seq
    except NotFoundError:
        return None
