"""A small province on real servers and real service processes: one plan, a duty a month, and what happens to it."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from deploy.log_reader import Unreadable, read_events
from deploy.poster import NotTaken, Poster, Receipt
from deploy.servers.server import Running
from deploy.supervisor import Supervisor
from shared.ask import request_body
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.settings import HTTP_PORTS, Settings
from tests.faults.stores import restore, store_of, wipe
from tests.harness.asking import ask_until
from tests.integration.until import until
from tests.unit.shared.asking_health import ready

PLAN = Path(__file__).parents[1] / "plans" / "small-2026.yaml"
WITHIN = timedelta(seconds=30)


@dataclass
class SmallHouse:
    """What people and integrators do, and what there is to see."""

    nc: Client
    settings: Settings
    poster: Poster

    async def publish_plan(self) -> None:
        await self.ask("assignments", "publish_plan", PLAN.read_bytes())

    async def turn(self, day: str) -> None:
        """Turn the calendar up to the day; returns when the notifier has decided it."""
        await self.ask("assignments", "publish_day", request_body(date=day))

        async def decided() -> bool:
            return bool((await self.queue())["day"] == day)

        await until(decided, f"the notifier has decided {day}")

    async def sent(self) -> dict[str, Any]:
        """The notifier's queue, when nothing is pending and all is told."""

        async def quiet() -> bool:
            queue = await self.queue()
            return not queue["pending"] and not queue["unpublished"]

        await until(quiet, "the notifier has nothing left to do")
        return await self.queue()

    async def queue(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.ask("notifier", "queue", b""))
        return found

    async def deliver(self, id_: str, published_on: str, **data: object) -> Receipt:
        """Post an output of so-a until it is taken; its receipt."""
        data = {"title": f"Chuyên mục (mẫu) {id_}", "published_on": published_on, "channel": "radio"} | data
        kind = "vn.dondoc.output.submitted.v1"
        body = json.dumps({"specversion": "1.0", "id": id_, "source": "/cms", "type": kind, "data": data})
        got: list[Receipt] = []

        async def taken() -> bool:
            with suppress(NotTaken, TimeoutError):
                got.append(await self.poster.post("so-a", body.encode(), WITHIN))
            return bool(got)

        await until(taken, f"{id_} is taken")
        return got[0]

    async def in_log(self) -> Counter[str]:
        """How often the log holds each event."""
        return Counter([event_id async for event_id, _ in read_events(self.nc.jetstream(), Unreadable())])

    async def in_outboxes(self) -> Counter[str]:
        """Every event that a service ever wrote."""
        found: Counter[str] = Counter()
        for service in HTTP_PORTS:
            mongo = Mongo(self.settings.mongo_url, self.settings.database(service))
            found.update([row.id async for row in Outbox(mongo, service).all_rows()])
            mongo.close()
        return found

    async def all_told(self) -> None:
        """Return when the log holds what the services wrote, no more and no less."""

        async def equal() -> bool:
            return await self.in_log() == await self.in_outboxes()

        await until(equal, "the log holds what the outboxes hold")

    async def ask(self, service: str, name: str, payload: bytes) -> bytes:
        return await ask_until(self.nc, service, name, payload, WITHIN)


@asynccontextmanager
async def small_house(nc: Client, settings: Settings) -> AsyncIterator[SmallHouse]:
    async with Poster(nc) as poster:
        yield SmallHouse(nc, settings, poster)


def replace_store(nats_server: Running, by: Path | None = None) -> None:
    """Kill the server, put another store in the place of its own (none: an empty one), and start it."""
    nats_server.child.kill()
    if by is None:
        wipe(store_of(nats_server))
    else:
        restore(store_of(nats_server), by)
    nats_server.start()


async def says(port: int, text: str) -> None:
    """Return when the service at this port isn't ready for a reason that holds the text."""

    async def said() -> bool:
        with suppress(OSError):
            return any(text in problem for problem in (await ready(port))[1].values())
        return False

    await until(said, f"the service says {text!r}")


async def all_ready(supervisor: Supervisor) -> None:
    """Return when every service is ready."""

    async def they_are() -> bool:
        return all([(await ready(one.port))[0] == 200 for one in supervisor.services.values()])

    await until(they_are, "all services are ready")


async def documents(settings: Settings, service: str, collection: str) -> list[dict[str, Any]]:
    """What a service has stored."""
    mongo = Mongo(settings.mongo_url, settings.database(service))
    found = [document async for document in mongo.db[collection].find({}).sort("_id", 1)]
    mongo.close()
    return found
