"""The intake without its loops: batches are handed to it by hand, on a real NATS server and a real MongoDB.

Station `dai` owes radio every week and television every month of 2026, district `huyen` its loudspeakers every month.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext

from services.submissions.apply_events import Told, apply_events
from services.submissions.evidence import Evidence
from services.submissions.intake import Intake
from services.submissions.store import Store, StoredDay
from shared import periods
from shared.batches import handle_batch
from shared.contracts.base import Event
from shared.contracts.duties import DutyAssigned, Occurrence
from shared.contracts.outputs import OutputRecorded, OutputRejected, OutputSubmitted
from shared.contracts.plan import Duty
from shared.contracts.registry import decode
from shared.delivery import Limits, Policy
from shared.flushed import flushed
from shared.health import Health
from shared.mongo import Mongo
from shared.relay import relay_own
from shared.runtime import Runtime
from shared.settings import Settings
from shared.topology import SUBMISSIONS_INTAKE
from tests.unit.submissions.books import LOCAL, MONTHS, PLAN, RADIO, TODAY, TV, WEEKS, plan

SOON = timedelta(milliseconds=1)
QUICK = Limits(failures=3, first_backoff=SOON, longest_backoff=SOON, unavailable_backoff=SOON)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def assigned(duty: Duty, agency: str, *names: str, revision: int = 1) -> DutyAssigned:
    """Each period is to be registered by a week after its end."""
    week = timedelta(days=7)
    dues = [
        Occurrence(period=p.name, start=p.start, end=p.end, register_by=p.end + week) for p in map(periods.parse, names)
    ]
    return DutyAssigned(
        plan=PLAN,
        revision=revision,
        day=date(2026, 1, 1),
        duty=duty.id,
        agency=agency,
        title=duty.title,
        occurrences=tuple(dues),
    )


def setting() -> list[Event]:
    """What the log tells before the first output."""
    return [plan(), assigned(RADIO, "dai", *WEEKS), assigned(TV, "dai", *MONTHS), assigned(LOCAL, "huyen", *MONTHS)]


def posted(id_: str, **data: object) -> bytes:
    """A CloudEvent of that id; television of 11 February unless told otherwise."""
    usual = {"duty": "tv", "title": f"Chuyên mục (mẫu) {id_}", "published_on": "2026-02-11"}
    event = {"specversion": "1.0", "id": id_, "source": "/cms", "type": OutputSubmitted.TYPE, "data": usual | data}
    return json.dumps(event, ensure_ascii=False).encode()


@dataclass
class Desk:
    """`runtime` is that of a submissions service; nothing of it runs."""

    js: JetStreamContext
    runtime: Runtime
    intake: Intake
    heard: Subscription

    async def fetch(self, *bodies: bytes, agency: str = "dai") -> list[Msg]:
        """Post the events; the messages, as one batch."""
        for body in bodies:
            await self.js.publish(f"dondoc.intake.{agency}", body)
        return await self.fetch_waiting(len(bodies))

    async def fetch_waiting(self, count: int) -> list[Msg]:
        """So many of what waits, as one batch."""
        bound = await self.js.pull_subscribe_bind(SUBMISSIONS_INTAKE.name, SUBMISSIONS_INTAKE.stream)
        fetched: list[Msg] = []
        while len(fetched) < count:
            fetched += await bound.fetch(count - len(fetched), timeout=30)
        return fetched

    async def handle(self, batch: list[Msg]) -> None:
        await handle_batch(batch, SUBMISSIONS_INTAKE, Policy(self.js, SUBMISSIONS_INTAKE, QUICK), self.intake.record)
        await relay_own(self.runtime.outbox, self.runtime.publisher)

    async def hear(self, count: int) -> list[Msg]:
        """The next receipts, as an integrator who listens gets them."""
        return [await self.heard.next_msg(timeout=30) for _ in range(count)]

    async def post(self, *bodies: bytes, agency: str = "dai") -> list[OutputRecorded | OutputRejected]:
        """Post the events as one batch; their receipts."""
        await self.handle(await self.fetch(*bodies, agency=agency))
        return [receipt(msg) for msg in await self.hear(len(bodies))]

    async def documents(self, collection: str = "outputs") -> list[dict[str, Any]]:
        return [document async for document in self.runtime.mongo.db[collection].find({}).sort("_id", 1)]


def receipt(msg: Msg) -> OutputRecorded | OutputRejected:
    """The receipt that a message holds."""
    _, event = decode(msg.data, msg.headers)
    assert isinstance(event, OutputRecorded | OutputRejected)
    return event


async def prepare(mongo: Mongo) -> Store:
    """The store, with the plan and its assignments; today is 2 March 2026."""
    store = Store(mongo)
    await store.ensure_indexes()
    for number, event in enumerate(setting()):
        await apply_events([Told(f"e{number}", event, LONG_AGO)], store, mongo)
    await turn(store, mongo, TODAY, LONG_AGO)
    return store


async def turn(store: Store, mongo: Mongo, day: date, at: datetime) -> None:
    """The log stored that day at that moment."""
    await mongo.transact(lambda session: store.put_days([StoredDay(day, at)], session))


@asynccontextmanager
async def open_desk(settings: Settings, mongo: Mongo, nc: Client, store: Store) -> AsyncIterator[Desk]:
    """An intake of its own process, as far as the servers can tell."""
    broker = NatsBroker(settings.nats_url, logger=None)
    runtime = Runtime("submissions", settings, mongo, broker, await broker.connect(), {}, Health(), False)
    await runtime.outbox.ensure_indexes()
    heard = await nc.subscribe("dondoc.output.*.*")
    await flushed(nc)
    yield Desk(runtime.js, runtime, Intake(runtime, store, Evidence(mongo)), heard)
    await heard.unsubscribe()
    await broker.stop()
