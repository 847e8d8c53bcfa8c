"""The log, as tests write it and read it."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared import topology
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.envelope import encode
from shared.contracts.registry import decode
from shared.topology import Consumer
from tests.integration.until import until

SOURCE = "/mau"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def day(text: str) -> CalendarDay:
    """The turn of a day, `2026-02-01`."""
    return CalendarDay(date=date.fromisoformat(text))


async def tell(js: JetStreamContext, event: Event, id_: str | None = None, **headers: str) -> int:
    """Store the event under that id, its subject's where none is given; its place in the log."""
    id_ = id_ or event.subject
    body = encode(event, id=id_, source=SOURCE, time=AT)
    headers = {"Nats-Msg-Id": id_} | headers
    return (await js.publish(event.subject, body, stream=topology.EVENTS, headers=headers)).seq


async def told(js: JetStreamContext) -> list[tuple[str, Event]]:
    """Every event that the log holds, with its id."""
    state = (await js.stream_info(topology.EVENTS)).state
    numbers = range(state.first_seq, state.last_seq + 1) if state.messages else ()
    stored = await asyncio.gather(*(js.get_msg(topology.EVENTS, number, direct=True) for number in numbers))
    decoded = [decode(one.data or b"") for one in stored]
    return [(envelope.id, event) for envelope, event in decoded]


async def has_come(js: JetStreamContext, subject: str) -> None:
    """Return when the log holds an event of that subject: a service answers before its relay has published."""

    async def is_there() -> bool:
        with suppress(NotFoundError):
            return bool((await js.get_last_msg(topology.EVENTS, subject)).seq)
        return False

    await until(is_there, f"the log holds {subject}")


async def handled(js: JetStreamContext, consumer: Consumer) -> None:
    """Return when everything that the consumer's stream holds for it is acknowledged or buried."""

    async def all_handled() -> bool:
        info = await js.consumer_info(consumer.stream, consumer.name)
        return not info.num_pending and not info.num_ack_pending

    await until(all_handled, f"{consumer.name} has handled everything")
