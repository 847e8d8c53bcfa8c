"""What the log refuses for good, permissions among it: `dondoc deadletters` shows it and publishes it again."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import ClassVar

import pytest
from click.testing import CliRunner, Result
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.commands.deadletters import command
from shared.contracts.base import Event
from shared.mongo import Mongo
from shared.outbox import Outbox, Stamped
from shared.publisher import Publisher
from shared.relay import relay_once
from shared.runtime import Runtime
from shared.settings import Settings
from shared.topology import EVENTS
from tests.harness.services import in_process
from tests.integration.log import day, told
from tests.integration.until import until

REFUSED = "assignments/day:0"


@pytest.fixture
async def outbox(settings: Settings, nc: Client, js: JetStreamContext) -> AsyncIterator[Outbox]:
    """That of assignments: of three rows the first one, whose subject was spoilt, is set apart."""
    mongo = Mongo(settings.mongo_url, settings.database("assignments"))
    outbox = Outbox(mongo, "/dondoc/assignments")
    events = [Stamped(f"day:{n}", day(f"2026-02-0{n + 1}"), {"X-Nature": "thử"}) for n in range(3)]
    await mongo.transact(lambda session: outbox.add(events, session))
    await _name(mongo, "nobody.holds.this")
    await relay_once(Outbox(mongo, "/dondoc/assignments"), Publisher(nc))
    yield outbox
    mongo.close()


async def _name(mongo: Mongo, subject: str) -> None:
    await mongo.db["outbox"].update_one({"_id": "day:0"}, {"$set": {"subject": subject}})


async def _dondoc(environ: Mapping[str, str], *arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, command, arguments, env=dict(environ))


@pytest.mark.usefixtures("outbox")
async def test_what_was_refused_is_listed_and_shown(environ: Mapping[str, str]) -> None:
    """By the service and the event's id, with subject, reason, headers and its own bytes."""
    listed = (await _dondoc(environ, "list")).output
    shown = (await _dondoc(environ, "show", REFUSED)).output
    assert all(text in listed for text in (REFUSED, "relay of assignments", "nobody.holds.this", "NoStreamResponse"))
    head, _, body = shown.partition("\n\n")
    assert head.splitlines()[:2] == ["consumer: relay of assignments", "subject: nobody.holds.this"]
    assert head.splitlines()[3] == "X-Nature: thử"
    assert json.loads(body)["data"] == {"date": "2026-02-01"}


async def test_what_was_refused_is_replayed_once_its_cause_is_mended(
    environ: Mapping[str, str], js: JetStreamContext, mongo: Mongo, settings: Settings, outbox: Outbox
) -> None:
    """Before that it stays and the reason is told; afterwards it is in the log under its own id, and not listed."""
    still = await _dondoc(environ, "replay", REFUSED)
    assert (still.exit_code, REFUSED in still.stderr, len(await outbox.apart())) == (1, True, 1)
    own = Mongo(settings.mongo_url, settings.database("assignments"))
    await _name(own, "dondoc.calendar.day.2026-02-01")
    own.close()
    done = await _dondoc(environ, "replay", REFUSED)
    assert done.output == f"{REFUSED}: in the log as dondoc.calendar.day.2026-02-01\n"
    assert [id_ for id_, _ in await told(js)] == ["day:1", "day:2", "day:0"]
    assert (await _dondoc(environ, "list")).output == "there are none\n"


@pytest.mark.usefixtures("outbox")
async def test_one_that_is_not_there_is_told(environ: Mapping[str, str]) -> None:
    """With the command that shows what there is."""
    answer = await _dondoc(environ, "replay", "assignments/day:9")
    assert answer.stderr == (
        "dondoc: there is no dead letter assignments/day:9; `dondoc deadletters list` shows what there is\n"
    )


class Foreign(Event):
    """A fact that the notifier may not tell."""

    TYPE: ClassVar[str] = "vn.dondoc.foreign.v1"
    SUBJECT: ClassVar[str] = "dondoc.plan.published.Mau"


class Own(Event):
    """A fact that it may tell."""

    TYPE: ClassVar[str] = "vn.dondoc.own.v1"
    SUBJECT: ClassVar[str] = "dondoc.reminder.sent.mau"


async def test_what_its_user_may_not_say_is_set_apart(settings: Settings, js: JetStreamContext) -> None:
    """The server tells so beside the answers; the event's neighbours of the same batch come through."""
    runtimes: list[Runtime] = []

    async def start(runtime: Runtime) -> None:
        runtimes.append(runtime)

    async with in_process("notifier", start, settings):
        (runtime,) = runtimes
        events = [Stamped("first", Own()), Stamped("foreign", Foreign()), Stamped("last", Own())]
        await runtime.mongo.transact(lambda session: runtime.outbox.add(events, session))
        runtime.outbox.wake()

        async def published() -> bool:
            return await runtime.outbox.count_unpublished() == 0

        await until(published, "nothing is left to publish")
        (apart,) = await runtime.outbox.apart()
    assert (apart.row.id, apart.reason) == (
        "foreign",
        "NotPermitted: no permission to publish to dondoc.plan.published.mau",
    )
    assert (await js.stream_info(EVENTS)).state.messages == 2
