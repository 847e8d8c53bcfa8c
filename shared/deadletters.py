"""Dead letters: what could not be handled, kept once, with its original bytes, headers and the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import NotFoundError

from shared import topology

REASON = "Dondoc-Reason"
SUBJECT = "Dondoc-Subject"
STREAM = "Dondoc-Stream"
SEQUENCE = "Dondoc-Sequence"
CONSUMER = "Dondoc-Consumer"
_OURS = (REASON, SUBJECT, STREAM, SEQUENCE, CONSUMER)
_LONGEST_REASON = 1_000
REPLAYED = "replay:"  # begins the message id of what was delivered again


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter: `number` is its place in the DEADLETTER stream."""

    number: int
    consumer: str
    stream: str
    subject: str
    reason: str
    headers: Mapping[str, str]
    body: bytes


async def bury(js: JetStreamContext, msg: Msg, consumer: topology.Consumer, reason: str) -> None:
    """Store the message as a dead letter of that consumer; a second time for the same message changes nothing."""
    sequence, stored_at = msg.metadata.sequence.stream, msg.metadata.timestamp
    headers = {k: v for k, v in (msg.headers or {}).items() if not k.lower().startswith("nats-")}
    headers |= {
        # With the time, since a stream that was shortened or made anew gives its numbers again.
        Header.MSG_ID: f"{consumer.stream}:{sequence}:{stored_at.isoformat()}:{consumer.name}",
        REASON: " ".join(reason.split())[:_LONGEST_REASON],
        SUBJECT: msg.subject,
        STREAM: consumer.stream,
        SEQUENCE: str(sequence),
        CONSUMER: consumer.name,
    }
    await js.publish(
        f"dondoc.deadletter.{consumer.name}",
        msg.data,
        stream=topology.DEADLETTER,
        headers=headers,
        timeout=10,
    )


async def list_all(js: JetStreamContext) -> list[DeadLetter]:
    """Every dead letter, the oldest first."""
    state = (await js.stream_info(topology.DEADLETTER)).state
    if not state.messages:
        return []
    found = [await find(js, number) for number in range(state.first_seq, state.last_seq + 1)]
    return [letter for letter in found if letter is not None]


async def find(js: JetStreamContext, number: int) -> DeadLetter | None:
    """The dead letter of that number, None if there is none."""
    try:
        # The direct way: on the other one the client reads headers as those of a mail, ASCII alone.
        stored = await js.get_msg(topology.DEADLETTER, number, direct=True)
    except NotFoundError:
        return None
    headers = dict(stored.headers or {})
    return DeadLetter(
        number=number,
        consumer=headers.get(CONSUMER, ""),
        stream=headers.get(STREAM, ""),
        subject=headers.get(SUBJECT, ""),
        reason=headers.get(REASON, ""),
        headers={k: v for k, v in headers.items() if k not in _OURS and not k.startswith("Nats-")},
        body=stored.data or b"",
    )


async def replay(js: JetStreamContext, letter: DeadLetter) -> None:
    """Put the message back where it came from, and take the letter out.

    An event goes back to the end of the log with a new message id, or the log would take it for a repeat;
    what handles it is idempotent by the event's own id. A post goes back as agencies post, without one.
    """
    headers = dict(letter.headers)
    if letter.stream != topology.INTAKE:
        headers[Header.MSG_ID] = f"{REPLAYED}{letter.number}"
    await js.publish(letter.subject, letter.body, headers=headers, timeout=10)
    await js.delete_msg(topology.DEADLETTER, letter.number)
