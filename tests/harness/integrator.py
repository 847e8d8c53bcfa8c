"""An integrator that posts without a pause, and a journal of what it was told.

It uses nats-py alone. Nothing here is asked of the services, so the journal can be held against what they keep.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from shared.flushed import flushed

SOURCE = "/sample-load"
TRY_AGAIN = timedelta(milliseconds=200)
ACK_WITHIN_SECONDS = 5.0
REPEAT = ("Nats-Expected-Stream", "NONE")  # marks a receipt that is told again, to an event that came again


@dataclass(frozen=True)
class Output:
    """What is posted over and over: an output of an agency that owes it."""

    agency: str
    duty: str
    published_on: str


@dataclass
class Journal:
    """Ids of events: handed to the client, acknowledged by the server, and how often each receipt was heard.

    `again` counts receipts told to an event that came to the intake again, `relayed` those that the outbox published.
    """

    posted: list[str] = field(default_factory=list)
    acked: set[str] = field(default_factory=set)
    relayed: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)

    @property
    def heard(self) -> set[str]:
        return self.relayed.keys() | self.again.keys()

    @property
    def unanswered(self) -> set[str]:
        return self.acked - self.heard

    def hear(self, msg: Msg) -> None:
        submission = json.loads(msg.data)["data"].get("submission")
        if submission is None or submission["source"] != SOURCE:
            return
        name, value = REPEAT
        told = self.again if (msg.headers or {}).get(name) == value else self.relayed
        told[submission["id"]] += 1


class Integrator:
    """Posts `output` by several tasks until told to stop. An event that isn't acknowledged is posted again where
    `insist` is set, as integrators do; else each is posted once."""

    def __init__(self, nc: Client, output: Output, *, tasks: int, pause: timedelta, insist: bool) -> None:
        self.journal = Journal()
        self._js = nc.jetstream(timeout=ACK_WITHIN_SECONDS)
        self._output, self._tasks, self._pause, self._insist = output, tasks, pause, insist
        self._stopped = asyncio.Event()

    async def post(self) -> None:
        """Until `stop`."""
        await asyncio.gather(*(self._post_on(task) for task in range(self._tasks)))

    def stop(self) -> None:
        self._stopped.set()

    async def _post_on(self, task: int) -> None:
        number = 0
        while not self._stopped.is_set():
            number += 1
            id_ = f"{task}-{number}"
            self.journal.posted.append(id_)
            while not await self._acked(id_) and self._insist:
                await asyncio.sleep(TRY_AGAIN.total_seconds())
            await asyncio.sleep(self._pause.total_seconds())

    async def _acked(self, id_: str) -> bool:
        one = self._output
        try:
            await self._js.publish(f"dondoc.intake.{one.agency}", event(id_, one))
        except (NatsError, JetStreamError, TimeoutError):
            return False
        self.journal.acked.add(id_)
        return True

    async def reach(self, count: int) -> None:
        """Return when so many are acknowledged."""
        while len(self.journal.acked) < count:
            await asyncio.sleep(0.02)


def event(id_: str, one: Output) -> bytes:
    """A CloudEvent of that id."""
    data = {"duty": one.duty, "title": f"Tin mẫu {id_}", "published_on": one.published_on}
    return json.dumps(
        {"specversion": "1.0", "id": id_, "source": SOURCE, "type": "vn.dondoc.output.submitted.v1", "data": data}
    ).encode()


@asynccontextmanager
async def posting(
    url: str, output: Output, *, tasks: int = 4, pause: timedelta = timedelta(milliseconds=5), insist: bool = False
) -> AsyncIterator[Integrator]:
    """An integrator at work on a connection of its own; it stops posting with the block at the latest."""
    nc = await nats.connect(url.split(","), max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_ignored)
    integrator = Integrator(nc, output, tasks=tasks, pause=pause, insist=insist)

    async def hear(msg: Msg) -> None:
        integrator.journal.hear(msg)

    await nc.subscribe("dondoc.output.*.*", cb=hear)
    await flushed(nc)
    posting = asyncio.create_task(integrator.post())
    try:
        yield integrator
        integrator.stop()
        await posting
    finally:
        posting.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await posting
        await nc.close()


async def _ignored(_: Exception) -> None:
    """Disconnections are what the tests make."""
