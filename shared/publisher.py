"""Publishing many events at once: as one batch that the server stores whole or not at all, with one answer for it.

Where the server refuses a batch, for one row's sake, all are handed over row by row, and the answer to each is awaited.
The client's own `publish` makes a task and a timer an event, which is ten times the work; its `publish_async` never
tells of a refusal with code 400, so its caller waits in vain.

Source of the batches: NATS ADR-50.
"""

import asyncio
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import BadHeaderError, BadSubjectError, MaxPayloadError
from nats.js.api import Header
from nats.js.errors import APIError, NoStreamResponseError

from shared import topology
from shared.outbox import Row

ACK_WITHIN = timedelta(seconds=10)
# The subject must hold one message ever and holds one: somebody else said the same.
WRONG_LAST_SEQUENCE = 10071
# Another process published the same row a moment ago, and the cluster's servers don't all hold it yet.
DUPLICATE_IN_PROCESS = 10158
# A message, or its headers, larger than the stream or the server ever takes.
TOO_LARGE = (10054, 10097)

# The server takes a thousand rows at once; it holds them in memory until the last one is there.
ROWS_AT_ONCE = 1_000
BYTES_AT_ONCE = 16_000_000
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"


@dataclass
class Answers:
    """What became of the rows of one call, by their place in it: those that are named nowhere are stored.

    `errors` says why a row may not be in the log, `refused` why it never will be, `repeats` at which sequence it
    knows its id already; None where it doesn't say. `unsettled` are about to be stored by somebody else: ask again.
    """

    errors: dict[int, Exception] = field(default_factory=dict)
    refused: dict[int, Exception] = field(default_factory=dict)
    repeats: dict[int, int | None] = field(default_factory=dict)
    unsettled: set[int] = field(default_factory=set)


class NotPermitted(Exception):
    """The server doesn't let this user publish to the subject."""


def _is_for_good(error: Exception, row: Row) -> bool:
    """Whether the same row will be refused however often it is tried.

    A stream that isn't there or takes nothing now may be back; one that was never declared to hold the subject won't.
    """
    if isinstance(error, BadSubjectError | BadHeaderError | MaxPayloadError | NotPermitted):
        return True
    if isinstance(error, APIError) and error.err_code in TOO_LARGE:
        return True
    return isinstance(error, NoStreamResponseError | APIError) and not topology.is_of_the_log(row.subject)


def told(error: Exception) -> str:
    """Why a row was refused, for people; an error of the server's own says its code."""
    if isinstance(error, APIError):
        return f"nats-server: {error.description} ({error.err_code})"
    return f"{type(error).__name__}: {error}"


class _Call:
    """The answers to one call as they come, each for one row or for several; `complete` is set when all are there."""

    def __init__(self, asked: Sequence[Sequence[Row]]) -> None:
        self.answers = Answers()
        self.open = set(range(len(asked)))
        self.complete = asyncio.Event()
        self._asked = asked
        if not asked:
            self.complete.set()

    def fail(self, place: int, error: Exception) -> None:
        for_good = any(_is_for_good(error, row) for row in self._asked[place])
        (self.answers.refused if for_good else self.answers.errors)[place] = error
        self._close(place)

    def forbid(self, subject: str) -> None:
        """The server lets nobody like us publish there. In lower case, as the client tells it."""
        for place in list(self.open):
            if any(row.subject.lower() == subject for row in self._asked[place]):
                self.fail(place, NotPermitted(f"no permission to publish to {subject}"))

    def take(self, place: int, msg: Msg) -> None:
        """The server's answer; read only where it says more than a sequence."""
        if msg.headers and msg.headers.get("Status") == "503":
            self.fail(place, NoStreamResponseError())
        elif b'"error"' in msg.data:
            error = json.loads(msg.data)["error"]
            if error.get("err_code") == WRONG_LAST_SEQUENCE:
                self.answers.repeats[place] = None
            elif error.get("err_code") == DUPLICATE_IN_PROCESS:
                self.answers.unsettled.add(place)
            else:
                self.fail(place, APIError(**error))
        elif b'"duplicate"' in msg.data:
            self.answers.repeats[place] = json.loads(msg.data)["seq"]
        self._close(place)

    async def wait(self, within: timedelta) -> None:
        """Until all are there; whoever has none by then has a TimeoutError."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self.complete.wait()
        except TimeoutError as error:
            for place in list(self.open):
                self.fail(place, error)

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

    async def publish(self, rows: Sequence[Row], within: timedelta = ACK_WITHIN, *, as_one: bool = True) -> Answers:
        """Publish in order and wait for the answers. The caller bounds how many rows there are.

        Without `as_one` they go row by row: right for rows that may be in the log, since whoever listens on the wire
        has heard a batch that is refused then, and hears its rows again.
        """
        if self._subscription is None:
            self._subscription = await self._nc.subscribe(
                f"{self._inbox}.*.*", cb=self._hear, pending_msgs_limit=-1, pending_bytes_limit=-1
            )
        if as_one and 1 < len(rows) <= ROWS_AT_ONCE and sum(len(row.body) for row in rows) <= BYTES_AT_ONCE:
            answers = await self._publish_as_one(rows, within)
            if answers is not None:
                return answers
        return await self._publish_each(rows, within)

    def forbid(self, subject: str) -> None:
        """The server said, beside all answers, that this user may not publish to the subject (in lower case)."""
        for call in self._calls.values():
            call.forbid(subject)

    async def _publish_as_one(self, rows: Sequence[Row], within: timedelta) -> Answers | None:
        """All are stored, or the server didn't say; None where it refused them, so that this stored none of them."""
        batch, last = secrets.token_hex(16), len(rows) - 1
        with self._call([rows]) as (call, reply):
            try:
                for place, row in enumerate(rows):
                    headers = {
                        **row.headers,
                        Header.MSG_ID.value: row.id,
                        BATCH_ID: batch,
                        BATCH_SEQUENCE: str(place + 1),
                    }
                    if place < last:
                        await self._nc.publish(row.subject, row.body, headers=headers)
                    else:
                        headers |= {BATCH_COMMIT: "1", Header.EXPECTED_STREAM.value: topology.EVENTS}
                        await self._nc.publish(row.subject, row.body, reply=f"{reply}0", headers=headers)
            except Exception:  # a row that can't be handed over: the server drops what it has of the batch
                return None
            await call.wait(within)
            if call.answers == Answers():
                return Answers()
            error = call.answers.errors.get(0)
            return Answers(errors=dict.fromkeys(range(len(rows)), error)) if isinstance(error, TimeoutError) else None

    async def _publish_each(self, rows: Sequence[Row], within: timedelta) -> Answers:
        with self._call([[row] for row in rows]) as (call, reply):
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
            await call.wait(within)
            return call.answers

    @contextmanager
    def _call(self, asked: Sequence[Sequence[Row]]) -> Iterator[tuple[_Call, str]]:
        """A call that waits for the answer to each of these, and the subject of each but for its place."""
        self._count += 1
        number = str(self._count)
        call = self._calls[number] = _Call(asked)
        try:
            yield call, f"{self._inbox}.{number}."
        finally:
            del self._calls[number]

    async def _hear(self, msg: Msg) -> None:
        _, number, place = msg.subject.rsplit(".", 2)
        call = self._calls.get(number)
        if call is not None:
            call.take(int(place), msg)
