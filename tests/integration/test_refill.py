"""MongoDB is the truth: a log that lost something is refilled from the outboxes."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from deploy import refill
from deploy.log_reader import Unreadable, read_events, read_log
from deploy.refill import NotRefilled, refill_log
from deploy.servers.server import Running
from services.assignments.publish_days import publish_days
from services.assignments.publish_plan import publish_plan
from services.assignments.store import Store
from shared import topology
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.publisher import Publisher
from shared.relay import relay_once
from shared.settings import Settings
from tests.integration.until import until

PLAN = Path(__file__).parents[1] / "plans" / "dong-hai-2026.yaml"


async def _published(settings: Settings, js: JetStreamContext) -> None:
    """A plan and five days, all in the log."""
    mongo = Mongo(settings.mongo_url, settings.database("assignments"))
    outbox, store = Outbox(mongo, "/dondoc/assignments"), Store(mongo)
    await publish_plan(PLAN.read_bytes(), PLAN.name, None, store, mongo, outbox)
    await publish_days(date(2026, 3, 1), store, mongo, outbox)
    await publish_days(date(2026, 3, 5), store, mongo, outbox)
    await relay_once(outbox, Publisher(js._nc))
    mongo.close()


async def _answers(js: JetStreamContext) -> bool:
    try:
        await js.account_info()
    except (NatsError, TimeoutError):
        return False
    return True


async def _ids(js: JetStreamContext) -> list[str]:
    return [event_id async for event_id, _ in read_events(js, Unreadable())]


async def test_a_wiped_log_is_refilled_with_every_event_once_and_in_order(
    settings: Settings, js: JetStreamContext
) -> None:
    """Stream deleted and made anew: refill brings back the same ids in the same order, and a second one adds none."""
    await _published(settings, js)
    before = await _ids(js)
    await js.delete_stream(topology.EVENTS)
    await topology.apply(js)
    assert (await refill_log(js, settings)).published == len(before)
    assert await _ids(js) == before
    again = await refill_log(js, settings)
    assert (again.held, again.published) == (len(before), 0)
    assert await _ids(js) == before


async def test_what_the_log_refuses_for_good_stops_no_refill(settings: Settings, js: JetStreamContext) -> None:
    """It is told and set apart; the next refill passes it over."""
    await _published(settings, js)
    before = await _ids(js)
    mongo = Mongo(settings.mongo_url, settings.database("assignments"))
    outbox = Outbox(mongo, "/dondoc/assignments")
    await mongo.db["outbox"].update_one({"_id": before[0]}, {"$set": {"subject": "nobody.holds.this"}})
    await js.delete_stream(topology.EVENTS)
    refilled = await refill_log(js, settings)
    assert (refilled.published, refilled.refused) == (len(before) - 1, [before[0]])
    assert await _ids(js) == before[1:]
    assert [one.row.id for one in await outbox.apart()] == [before[0]]
    assert (await refill_log(js, settings)).refused == []
    mongo.close()


async def test_only_what_is_missing_is_published_again(
    settings: Settings, nats_server: Running, js: JetStreamContext
) -> None:
    """A log that lost some events gets just these back; a server that takes them for repeats is to be restarted."""
    await _published(settings, js)
    before = await _ids(js)
    for sequence in [msg.metadata.sequence.stream async for msg in read_log(js)][3:6]:
        await js.delete_msg(topology.EVENTS, sequence)
    with pytest.raises(NotRefilled, match=r"3 events for repeats .* restart nats-server"):
        await refill_log(js, settings)
    nats_server.stop()
    nats_server.start()
    await until(lambda: _answers(js), "nats-server is back")
    refilled = await refill_log(js, settings)
    assert (refilled.held, refilled.published) == (len(before) - 3, 3)
    assert sorted(await _ids(js)) == sorted(before)


async def test_what_a_service_publishes_meanwhile_is_no_trouble(
    settings: Settings, js: JetStreamContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reaches the log between the look at it and its own turn, days among it, is there once, with the rest."""
    await _published(settings, js)
    before = await _ids(js)
    await js.delete_stream(topology.EVENTS)
    await topology.apply(js)
    look = refill.read_log

    async def look_then_relay(js: JetStreamContext, *, headers_only: bool) -> AsyncIterator[Msg]:
        async for msg in look(js, headers_only=headers_only):
            yield msg
        await _relay_again(settings, js, of_days=3)

    monkeypatch.setattr(refill, "read_log", look_then_relay)
    refilled = await refill_log(js, settings)
    assert (refilled.held, refilled.published) == (0, len(before) - 3)
    assert sorted(await _ids(js)) == sorted(before)


async def _relay_again(settings: Settings, js: JetStreamContext, of_days: int) -> None:
    """Publish so many days as a relay does that hadn't done so yet."""
    mongo = Mongo(settings.mongo_url, settings.database("assignments"))
    rows = [row async for row in Outbox(mongo, "/dondoc/assignments").all_rows() if row.id.startswith("day:")]
    await Publisher(js._nc).publish(rows[:of_days])
    mongo.close()


async def test_what_can_not_be_read_is_named_and_stops_nothing(
    settings: Settings, nc: Client, js: JetStreamContext
) -> None:
    """Bytes in the log that are no event: verify names their place, and a rebuild reads on behind them."""
    await js.publish("dondoc.duty.assigned.nobody", b"no event")
    await _published(settings, js)
    unreadable = Unreadable()
    events = [event_id async for event_id, _ in read_events(js, unreadable)]
    assert len(events) == (await js.stream_info(topology.EVENTS)).state.messages - 1
    assert [line.partition(",")[0] for line in unreadable.lines] == ["message 1 of the log"]
