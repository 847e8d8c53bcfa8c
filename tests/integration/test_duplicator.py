"""Every handler of every service, run twice on every message: views and outputs are those of a normal run."""

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from faststream import BaseMiddleware
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.supervisor import SERVICES
from shared import topology
from shared.ask import ask
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.outputs import OutputSubmitted
from shared.delivery import Duplicator
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.harness.services import in_process
from tests.integration.log import handled, tell, told
from tests.integration.sample_months import months
from tests.integration.until import until

LISTENING = [name for name in SERVICES if name != "assignments"]  # which handles commands alone, no messages
# When something was done, or in which order among others, is no part of what was done.
TIMES = {"at", "batch", "place", "time", "lease", "claim", "next_try"}
COUNTERS = {"versions"}  # collections that only say that something may have changed

Middlewares = tuple[type[BaseMiddleware[Any, Any]], ...]


def _posts() -> Iterator[bytes]:
    """What integrators post: outputs in time and again, an extra, a make-up, reuse, and some that are refused."""
    for id_, data in {
        "1": {"duty": "1.2", "url": "https://an-binh.example/1"},
        "2": {"duty": "1.2"},
        "3": {"duty": "1.4", "url": "https://an-binh.example/1", "topics": ["2"]},
        "4": {"duty": "1.1"},
        "5": {"channel": "loudspeaker", "published_on": "2027-01-01"},
        "6": {"duty": "1.2", "period": "2026-Q2"},
    }.items():
        usual = {"title": "Bản tin (mẫu)", "published_on": "2026-03-20"}
        event = {"specversion": "1.0", "id": id_, "source": "/cms", "type": OutputSubmitted.TYPE, "data": usual | data}
        yield json.dumps(event).encode()
    yield b"{"


def _plain(value: Any) -> Any:
    """The value without times; an outbox row's body is read, since its envelope holds the time of writing."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name not in TIMES}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes) and value.startswith(b'{"specversion"'):
        return _plain(json.loads(value))
    return None if isinstance(value, datetime) else value


async def _kept(settings: Settings, name: str) -> dict[str, list[Any]]:
    """Everything in the service's database, by collection."""
    mongo = Mongo(settings.mongo_url, settings.database(name))
    names = sorted(set(await mongo.db.list_collection_names()) - COUNTERS)
    found = {one: [_plain(d) async for d in mongo.db[one].find({}).sort("_id", 1)] for one in names}
    mongo.close()
    # Keys that the database makes up stand for nothing.
    return {
        one: sorted(({k: v for k, v in d.items() if type(v).__name__ != "ObjectId"} for d in documents), key=repr)
        for one, documents in found.items()
    }


async def _quiet(nc: Client, js: JetStreamContext, name: str) -> None:
    """Return when the service has nothing left to do."""
    for consumer in topology.CONSUMERS:
        if consumer.name.startswith(f"{name}-"):
            await handled(js, consumer)

    async def all_told() -> bool:
        question = "queue" if name == "notifier" else "pending"
        answer = json.loads(await ask(nc, f"dondoc.{name}.{question}", b"", timedelta(seconds=30)))
        return not answer["unpublished"] and not answer.get("pending")

    await until(all_told, f"{name} has told everything")


async def _empty_log(js: JetStreamContext) -> None:
    """A log that has never held anything, and consumers that begin at its beginning."""
    for stream in topology.STREAMS:
        await js.delete_stream(str(stream.name))
    await topology.apply(js)


@dataclass(frozen=True)
class Run:
    """What the sample months leave behind: documents by collection, the service's own events, mails by file name."""

    kept: dict[str, list[Any]]
    own: list[tuple[str, Event]]
    mails: dict[str, bytes]


async def _run(
    name: str, nc: Client, js: JetStreamContext, settings: Settings, inbox: Inbox, middlewares: Middlewares, times: int
) -> Run:
    """The months, told to one service; each message `times` times."""
    start = importlib.import_module(f"services.{name}.app").start
    ids = set()
    await _empty_log(js)
    async with in_process(name, start, settings, middlewares):
        for step in months():
            for id_, event in step:
                ids.add(id_)
                for n in range(times):
                    await tell(js, event, id_, **{"Nats-Msg-Id": f"{n}:{id_}"})
                if isinstance(event, CalendarDay):
                    # Its mails go out before anything else happens on it, or the two runs could differ.
                    await _quiet(nc, js, name)
            await _quiet(nc, js, name)
        if name == "submissions":
            for body in _posts():
                for _ in range(times):
                    await js.publish("dondoc.intake.xa-an-binh", body)
            await _quiet(nc, js, name)
    own = [(id_, event) for id_, event in await told(js) if id_ not in ids]
    mails = {path.name: path.read_bytes() for path in inbox.folder.glob("*.eml")}
    for path in inbox.folder.glob("*.eml"):
        path.unlink()
    return Run(await _kept(settings, name), own, mails)


@pytest.mark.parametrize("name", LISTENING)
@pytest.mark.parametrize(
    ("middlewares", "times"),
    [((Duplicator,), 1), ((), 2)],
    ids=["every handler runs twice", "the log holds every message twice"],
)
async def test_twice_is_once(
    name: str, nc: Client, js: JetStreamContext, settings: Settings, inbox: Inbox, middlewares: Middlewares, times: int
) -> None:
    """Documents, events of its own and mails are the same, each once, whatever is delivered again."""
    prefixes = [settings.database(variant) for variant in ("once", "twice")]
    once_settings, twice_settings = (settings.model_copy(update={"database_prefix": prefix}) for prefix in prefixes)
    once = await _run(name, nc, js, once_settings, inbox, (), 1)
    twice = await _run(name, nc, js, twice_settings, inbox, middlewares, times)
    assert once.kept.keys() == twice.kept.keys()
    for collection, documents in once.kept.items():
        assert twice.kept[collection] == documents, collection
    assert len({id_ for id_, _ in twice.own}) == len(twice.own)
    assert dict(twice.own) == dict(once.own)
    assert twice.mails == once.mails
    assert any(once.kept.values())
    assert bool(once.own) == (name in {"submissions", "notifier"})
    assert bool(once.mails) == (name == "notifier")
