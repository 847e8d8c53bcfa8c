"""Publishing many events at once: all are handed over, then the server's answer to each is awaited.

The client's own `publish` makes a task and a timer an event, which is ten times the work; its `publish_async` never
tells of a refusal with code 400, so its caller waits in vain.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import Header
from nats.js.errors import APIError, NoStreamResponseError

from shared import topology
from shared.outbox import Row

ACK_WITHIN = timedelta(seconds=10)
# The subject must hold one message ever and holds one: somebody else said the same.
WRONG_LAST_SEQUENCE = 10071


@dataclass
class _Call:
    """The answers to one call, by place; `answered` is set when all are there."""

    open: set[int]
    errors: dict[int, Exception] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def close(self, place: int, error: Exception | None) -> None:
        self.open.discard(place)
        if error is not None:
            self.errors[place] = error
        if not self.open:
            self.answered.set()


class Publisher:
    """Over one connection and one inbox; any number of calls at once."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._inbox = nc.new_inbox()
        self._subscription: Subscription | None = None
        self._calls: dict[str, _Call] = {}
        self._count = 0

    async def publish(self, rows: Sequence[Row], within: timedelta = ACK_WITHIN) -> list[Exception | None]:
        """Publish in order; for each row None where the log holds it now, else why it may not. The caller bounds how
        many rows there are."""
        if self._subscription is None:
            self._subscription = await self._nc.subscribe(
                f"{self._inbox}.*.*", cb=self._hear, pending_msgs_limit=-1, pending_bytes_limit=-1
            )
        self._count += 1
        call = self._calls[str(self._count)] = _Call(set(range(len(rows))))
        reply = f"{self._inbox}.{self._count}."
        try:
            for place, row in enumerate(rows):
                headers = {
                    **row.headers,
                    Header.MSG_ID.value: row.id,
                    Header.EXPECTED_STREAM.value: topology.EVENTS,
                }
                try:
                    await self._nc.publish(row.subject, row.body, reply=f"{reply}{place}", headers=headers)
                except Exception as error:  # of this row alone; the others go on
                    call.close(place, error)
            async with asyncio.timeout(within.total_seconds()):
                await call.answered.wait()
        except TimeoutError as error:
            for place in list(call.open):
                call.close(place, error)
        finally:
            del self._calls[reply.rsplit(".", 2)[1]]
        return [call.errors.get(place) for place in range(len(rows))]

    async def _hear(self, msg: Msg) -> None:
        _, number, place = msg.subject.rsplit(".", 2)
        call = self._calls.get(number)
        if call is not None:
            call.close(int(place), _refusal(msg))


def _refusal(msg: Msg) -> Exception | None:
    if msg.headers and msg.headers.get("Status") == "503":
        return NoStreamResponseError()
    if b'"error"' not in msg.data:
        return None
    error = json.loads(msg.data)["error"]
    return None if error.get("err_code") == WRONG_LAST_SEQUENCE else APIError(**error)
