"""A consumer that is gone isn't asked for in a hot loop, on a real server."""

import asyncio
from datetime import timedelta

import pytest
from faststream.nats import NatsBroker
from nats.js import JetStreamContext
from nats.js.errors import ServiceUnavailableError

from shared import patient_pull
from shared import runtime as runtimes
from shared.health import Health
from shared.mongo import Mongo
from shared.patient_pull import be_patient
from shared.runtime import Delivery, Runtime
from shared.settings import Settings
from shared.topology import EVENTS, SUBMISSIONS_EVENTS
from tests.integration.log import day, tell

PULL_SECONDS = 0.2


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> asyncio.Semaphore:
    """Released once for each pause; a pause has no end."""
    begun = asyncio.Semaphore(0)

    async def pause() -> None:
        begun.release()
        await asyncio.Future()

    monkeypatch.setattr(patient_pull, "pause", pause)
    return begun


async def _bound(js: JetStreamContext) -> JetStreamContext.PullSubscription:
    subscription = await js.pull_subscribe_bind(SUBMISSIONS_EVENTS.name, EVENTS)
    be_patient(subscription)
    return subscription


async def test_a_refused_pull_ends_after_a_pause(js: JetStreamContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the server's own error, which the loop above knows."""
    monkeypatch.setattr(patient_pull, "PAUSE", timedelta(milliseconds=1))
    subscription = await _bound(js)
    await js.delete_consumer(EVENTS, SUBMISSIONS_EVENTS.name)
    with pytest.raises(ServiceUnavailableError):
        await subscription.fetch(1, timeout=30)


async def test_neither_a_message_nor_the_want_of_one_is_paused_for(
    js: JetStreamContext, pauses: asyncio.Semaphore
) -> None:
    """A consumer that is there is asked as before."""
    subscription = await _bound(js)
    with pytest.raises(TimeoutError):
        await subscription.fetch(1, timeout=PULL_SECONDS)
    await tell(js, day("2026-02-01"))
    (msg,) = await subscription.fetch(1, timeout=30)
    assert msg.subject == "dondoc.calendar.day.2026-02-01"
    assert pauses.locked()


async def test_a_service_pauses_where_its_consumer_is_gone(
    js: JetStreamContext,
    settings: Settings,
    mongo: Mongo,
    pauses: asyncio.Semaphore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every subscriber of a runtime is a patient one, and the pause doesn't keep it from ending."""
    monkeypatch.setattr(runtimes, "PULL_SECONDS", PULL_SECONDS)
    broker = NatsBroker(settings.nats_url, logger=None)
    runtime = Runtime("tested", settings, mongo, broker, await broker.connect(), {}, Health(), False)

    async def handle(_: Delivery) -> None:
        pass

    runtime.subscribe(SUBMISSIONS_EVENTS, handle)
    await runtime.begin()
    await js.delete_consumer(EVENTS, SUBMISSIONS_EVENTS.name)
    async with asyncio.timeout(60):
        await pauses.acquire()
        await runtime.end()
