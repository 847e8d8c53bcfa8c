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
# Another process published the same row a moment ago, and the cluster's servers don't all hold it yet.
DUPLICATE_IN_PROCESS = 10158


@dataclass
class Answers:
    """What became of the rows of one call, by their place in it: those that are named nowhere are stored.

    `errors` says why a row may not be in the log, `repeats` at which sequence the server knows its id already; None
    where it doesn't say. `unsettled` are about to be stored by somebody else: ask again.
    """

    errors: dict[int, Exception] = field(default_factory=dict)
    repeats: dict[int, int | None] = field(default_factory=dict)
    unsettled: set[int] = field(default_factory=set)


class _Call:
    """The answers to one call as they come; `complete` is set when all are there."""

    def __init__(self, count: int) -> None:
        self.answers = Answers()
        self.open = set(range(count))
        self.complete = asyncio.Event()
        if not count:
            self.complete.set()

    def fail(self, place: int, error: Exception) -> None:
        self.answers.errors[place] = error
        self._close(place)

    def take(self, place: int, msg: Msg) -> None:
        """The server's answer; read only where it says more than a sequence."""
        if msg.headers and msg.headers.get("Status") == "503":
            self.answers.errors[place] = NoStreamResponseError()
        elif b'"error"' in msg.data:
            error = json.loads(msg.data)["error"]
            if error.get("err_code") == WRONG_LAST_SEQUENCE:
                self.answers.repeats[place] = None
            elif error.get("err_code") == DUPLICATE_IN_PROCESS:
                self.answers.unsettled.add(place)
            else:
                self.answers.errors[place] = APIError(**error)
        elif b'"duplicate"' in msg.data:
            self.answers.repeats[place] = json.loads(msg.data)["seq"]
        self._close(place)

    def _close(self, place: int) -> None:
        self.open.discard(place)
        if not self.open:
            self.complete.set()


class Publisher:
    """Over one connection and one inbox; any number of calls at once."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._inbox = nc.new_inbox()
        self._subscription: Subscription | None = None
        self._calls: dict[str, _Call] = {}
        self._count = 0

    async def publish(self, rows: Sequence[Row], within: timedelta = ACK_WITHIN) -> Answers:
        """Publish in order and wait for the answers. The caller bounds how many rows there are."""
        if self._subscription is None:
            self._subscription = await self._nc.subscribe(
                f"{self._inbox}.*.*", cb=self._hear, pending_msgs_limit=-1, pending_bytes_limit=-1
            )
        self._count += 1
        number = str(self._count)
        call = self._calls[number] = _Call(len(rows))
        reply = f"{self._inbox}.{number}."
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
                    call.fail(place, error)
            async with asyncio.timeout(within.total_seconds()):
                await call.complete.wait()
        except TimeoutError as error:
            for place in list(call.open):
                call.fail(place, error)
        finally:
            del self._calls[number]
        return call.answers

    async def _hear(self, msg: Msg) -> None:
        _, number, place = msg.subject.rsplit(".", 2)
        call = self._calls.get(number)
        if call is not None:
            call.take(int(place), msg)
