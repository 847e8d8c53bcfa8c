"""The notifier as a service: from the log to the inbox, on real servers."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.supervisor import Supervisor
from services.notifier.app import start
from services.notifier.rebuild import rebuild
from services.notifier.store import Store
from shared import topology
from shared.ask import NoAnswer, ask
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.envelope import encode
from shared.contracts.registry import decode
from shared.contracts.reminders import ReminderSent
from shared.delivery import Duplicator
from shared.mongo import Mongo
from shared.settings import Settings, SettingsError
from tests.harness.inbox import Inbox
from tests.harness.services import Processes, in_process
from tests.integration.until import until
from tests.unit.notifier.sample import WORKDAYS, assigned_event, days, key, plan, recorded_event, year_of_duties

MONTH = key("III.2", "tt-a", "2023-02")
OVERDUE, ESCALATED = date(2023, 3, 8), date(2023, 3, 14)


async def publish(js: JetStreamContext, *events: Event) -> None:
    for event in events:
        id_ = f"{event.TYPE}/{event.model_dump_json()[:200]}"
        await js.publish(event.subject, encode(event, id=id_, source="/mau", time=datetime.now(UTC)))


async def turn(js: JetStreamContext, nc: Client, over: Iterable[date]) -> None:
    """Publish days one by one, each when the one before has brought all its mails."""
    for day in over:
        await publish(js, CalendarDay(date=day))
        await settled(nc, day)


async def settled(nc: Client, day: date) -> dict[str, Any]:
    """The queue, when the day is decided and nothing is pending any more."""
    while True:
        queue: dict[str, Any] = {"day": None}
        with suppress(NoAnswer):  # it was killed
            queue = json.loads(await ask(nc, "dondoc.notifier.queue", b"", timedelta(seconds=2)))
        if queue["day"] == day.isoformat() and not queue["pending"] and not queue["unpublished"]:
            return queue
        await asyncio.sleep(0.01)


async def reminders(js: JetStreamContext) -> list[ReminderSent]:
    """Every `reminder.sent` that the log holds."""
    return [event for _, event in [e async for e in log(js)] if isinstance(event, ReminderSent)]


async def log(js: JetStreamContext) -> AsyncIterator[tuple[str, Event]]:
    """All events of the log, with their ids."""
    for sequence in range(1, (await js.stream_info(topology.EVENTS)).state.last_seq + 1):
        stored = await js.get_msg(topology.EVENTS, sequence)
        envelope, event = decode(stored.data or b"")
        yield envelope.id, event


@pytest.mark.parametrize("middlewares", [(), (Duplicator,)], ids=["once", "every message twice"])
async def test_from_the_log_to_the_inbox(
    js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox, middlewares: Any
) -> None:
    """An occurrence that nobody delivers brings its four mails, each once, though every event is handled twice."""
    async with in_process("notifier", start, settings, middlewares):
        await publish(js, plan(), assigned_event(MONTH))
        await turn(js, nc, days(date(2023, 3, 1), date(2023, 3, 31)))
    assert [str(message["Date"]) for message in inbox.messages()] == [
        "Thu, 02 Mar 2023 08:00:00 +0700",
        "Wed, 08 Mar 2023 08:00:00 +0700",
        "Tue, 14 Mar 2023 08:00:00 +0700",
        "Tue, 21 Mar 2023 08:00:00 +0700",
    ]
    told = await reminders(js)
    assert [item.rung.value for event in told for item in event.items] == [
        "upcoming", "overdue", "escalated", "for_signature",
    ]  # fmt: skip
    assert {event.message_id for event in told} == {str(message["Message-ID"]) for message in inbox.messages()}
    assert told[2].cc == ("a@mau.example",)
    assert told[3].to == ("dp@mau.example",)


async def test_delivered_in_time(js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox) -> None:
    """Who delivers after the first mail gets no second one."""
    async with in_process("notifier", start, settings):
        await publish(js, plan(), assigned_event(MONTH))
        await turn(js, nc, days(date(2023, 3, 1), OVERDUE))
        await publish(js, recorded_event(MONTH, OVERDUE))
        await turn(js, nc, days(date(2023, 3, 9), date(2023, 3, 31)))
    assert len(inbox.messages()) == 2


async def test_a_day_waits_for_a_fact_that_another_process_has_in_hand(
    js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox
) -> None:
    """It was stored before the day and says who delivered; given back by whoever held it, it is read first."""
    facts, turns = topology.NOTIFIER_FACTS, topology.NOTIFIER_DAYS
    await publish(js, recorded_event(MONTH, date(2023, 3, 7)))
    (held,) = await (await js.pull_subscribe_bind(facts.name, facts.stream)).fetch(1)
    await publish(js, plan(), assigned_event(MONTH), CalendarDay(date=OVERDUE))
    async with in_process("notifier", start, settings):

        async def waits() -> bool:
            rest = await js.consumer_info(facts.stream, facts.name)
            day = await js.consumer_info(turns.stream, turns.name)
            return (rest.num_pending, rest.num_ack_pending) == (0, 1) and bool(day.num_redelivered)

        await until(waits, "all but one fact is read, and the day was tried")
        assert json.loads(await ask(nc, "dondoc.notifier.queue", b"", timedelta(seconds=5)))["day"] is None
        await held.nak()
        await settled(nc, OVERDUE)
    assert inbox.messages() == []


async def test_downtime(js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox) -> None:
    """Days that were turned while the notifier was down bring one mail, on the last of them."""
    await publish(js, plan(), assigned_event(MONTH))
    await publish(js, *(CalendarDay(date=day) for day in days(date(2023, 3, 1), ESCALATED)))
    async with in_process("notifier", start, settings):
        await settled(nc, ESCALATED)
    [event] = await reminders(js)
    assert (event.day, [item.rung.value for item in event.items]) == (ESCALATED, ["escalated"])
    assert len(inbox.messages()) == 1


async def test_a_quarter_of_everything(js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox) -> None:
    """A recipient gets one mail a day at most, on working days alone, and every mail is told."""
    async with in_process("notifier", start, settings):
        await publish(js, plan())
        for account in year_of_duties():
            others = ("dai",) if account.key.duty == "V.7" else ()
            await publish(js, assigned_event(account.key, *others))
        await turn(js, nc, days(date(2023, 1, 1), date(2023, 3, 31)))
    told = await reminders(js)
    assert max(Counter((event.agency, event.day) for event in told).values()) == 1
    assert all(event.day in WORKDAYS for event in told)
    assert sorted(event.message_id for event in told) == sorted(str(m["Message-ID"]) for m in inbox.messages())
    named = Counter((str(item.occurrence), item.rung, event.agency) for event in told for item in event.items)
    assert max(named.values()) == 1
    assert len(told) > 20


async def test_the_same_days_after_a_rebuild(
    js: JetStreamContext, nc: Client, settings: Settings, inbox: Inbox, mongo: Mongo
) -> None:
    """A view built anew from the log holds the same accounts, and no mail goes out a second time."""
    own = Mongo(settings.mongo_url, settings.database("notifier"))
    store = Store(own)
    async with in_process("notifier", start, settings):
        await publish(js, plan(), assigned_event(MONTH))
        await turn(js, nc, days(date(2023, 3, 1), ESCALATED))
    before, plans = await store.accounts([MONTH]), await store.plans()
    assert await rebuild(store, own, log(js)) > 14
    assert (await store.accounts([MONTH]), await store.plans()) == (before, plans)
    async with in_process("notifier", start, settings):
        await turn(js, nc, days(date(2023, 3, 15), date(2023, 3, 20)))
    assert len(inbox.messages()) == 3
    own.close()


async def test_killed_in_the_middle(js: JetStreamContext, nc: Client, processes: Processes, inbox: Inbox) -> None:
    """A notifier that is killed before it decides, and in the middle of sending, loses no mail and tells each once."""
    weeks = [key("III.1-radio", agency, "2023-W07") for agency in ("dai", "bao", "tt-a", "huyen-a")]
    first, second = date(2023, 2, 27), date(2023, 3, 3)
    await publish(js, plan(), *(assigned_event(at) for at in weeks))
    async with processes("notifier") as supervisor:
        await publish(js, CalendarDay(date=first))
        await kill(supervisor)
        await settled(nc, first)
        await publish(js, CalendarDay(date=second))
        while len(inbox.messages()) <= len(weeks):
            await asyncio.sleep(0.001)
        await kill(supervisor)
        await settled(nc, second)
    told = await reminders(js)
    mailed = {str(message["Message-ID"]) for message in inbox.messages()}
    assert sorted(event.message_id for event in told) == sorted(mailed)
    assert Counter(event.day for event in told) == {first: len(weeks), second: len(weeks)}


async def kill(supervisor: Supervisor) -> None:
    """Kill the notifier with no chance to say goodbye; the supervisor starts it again."""
    service = supervisor.services["notifier"]
    starts = service.starts
    assert service.pid is not None
    os.kill(service.pid, signal.SIGKILL)
    while service.starts == starts:
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "value"), [("smtp_url", "smtp://mau.example:99999"), ("mail_from", "a@khong-co-mien")]
)
async def test_wrong_settings(js: JetStreamContext, settings: Settings, name: str, value: str) -> None:
    """A wrong mail server or sender ends the start with the name of the variable."""
    with pytest.raises(SettingsError, match=f"DONDOC_{name.upper()}"):
        async with in_process("notifier", start, settings.model_copy(update={name: value})):
            pass
