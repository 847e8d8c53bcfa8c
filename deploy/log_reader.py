"""Reading the whole log, in order, beside the services."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, Header
from pydantic import ValidationError

from shared import topology
from shared.contracts.base import Event
from shared.contracts.envelope import EnvelopeError
from shared.contracts.registry import decode
from shared.deadletters import REPLAYED

BATCH = 500
WAIT_SECONDS = 5.0


async def read_log(
    js: JetStreamContext, stream: str = topology.EVENTS, *, headers_only: bool = False
) -> AsyncIterator[Msg]:
    """Every message that the stream holds now, the oldest first; nothing is acknowledged or changed."""
    last = (await js.stream_info(stream)).state.last_seq
    if not last:
        return
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=60,
        headers_only=headers_only,
    )
    subscription = await js.pull_subscribe(">", stream=stream, config=config)
    pending = (await subscription.consumer_info()).num_pending or 0
    while pending:
        for msg in await subscription.fetch(min(BATCH, pending), timeout=WAIT_SECONDS):
            yield msg
            pending -= 1
            if msg.metadata.sequence.stream >= last:
                pending = 0
    await subscription.unsubscribe()


@dataclass
class Unreadable:
    """What `read_events` passed over: a line for each message that holds no event of ours."""

    lines: list[str] = field(default_factory=list)


async def read_events(js: JetStreamContext, unreadable: Unreadable) -> AsyncIterator[tuple[str, Event]]:
    """Every event of the log, with its id; a dead letter that was delivered again is told once, as it was first."""
    async for msg in read_log(js):
        if (msg.headers or {}).get(Header.MSG_ID.value, "").startswith(REPLAYED):
            continue
        try:
            envelope, event = decode(msg.data, msg.headers)
        except (EnvelopeError, ValidationError) as error:
            where = f"message {msg.metadata.sequence.stream} of the log, on {msg.subject}"
            unreadable.lines.append(f"{where}, is no event that can be read: {' '.join(str(error).split())[:200]}")
            continue
        yield envelope.id, event
