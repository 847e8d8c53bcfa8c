"""Reading the whole log, in order, beside the services."""

from collections.abc import AsyncIterator

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared import topology
from shared.contracts.base import Event
from shared.contracts.registry import decode

BATCH = 500
WAIT_SECONDS = 5.0


async def read_log(js: JetStreamContext, stream: str = topology.EVENTS) -> AsyncIterator[Msg]:
    """Every message that the stream holds now, the oldest first; nothing is acknowledged or changed."""
    last = (await js.stream_info(stream)).state.last_seq
    if not last:
        return
    config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, inactive_threshold=60)
    subscription = await js.pull_subscribe(">", stream=stream, config=config)
    pending = (await subscription.consumer_info()).num_pending or 0
    while pending:
        for msg in await subscription.fetch(min(BATCH, pending), timeout=WAIT_SECONDS):
            yield msg
            pending -= 1
            if msg.metadata.sequence.stream >= last:
                pending = 0
    await subscription.unsubscribe()


async def read_events(js: JetStreamContext) -> AsyncIterator[tuple[str, Event]]:
    """Every event of the log, with its id."""
    async for msg in read_log(js):
        envelope, event = decode(msg.data, msg.headers)
        yield envelope.id, event
