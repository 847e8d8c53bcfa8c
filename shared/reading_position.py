"""How far a consumer's service has read its stream, as the stream's leader knows it."""

import asyncio

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.topology import Consumer


async def has_read_all(js: JetStreamContext, consumer: Consumer, before: int | None = None) -> bool:
    """Whether every message of the consumer that the stream holds now is handled; only those before a sequence count
    where one is given.

    A replica, or the consumer's own count of what is pending, may lag behind the store; the leader doesn't.
    """
    info = await js.consumer_info(consumer.stream, consumer.name)
    handled = info.ack_floor.stream_seq if info.ack_floor is not None else 0
    waiting = await asyncio.gather(*(_next(js, consumer.stream, subject, handled) for subject in consumer.subjects))
    return not any(sequence is not None and (before is None or sequence < before) for sequence in waiting)


async def _next(js: JetStreamContext, stream: str, subject: str, after: int) -> int | None:
    try:
        return (await js.get_msg(stream, after + 1, subject=subject, next=True)).seq
    except NotFoundError:
        return None
