"""Rows of the services' outboxes that the log refused for good: found, and published again when a person says so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client

from shared.mongo import Mongo
from shared.outbox import Apart, Outbox
from shared.publisher import Publisher, told
from shared.settings import HTTP_PORTS, Settings


class StillRefused(Exception):
    """The log doesn't take it now either; the text says why."""


@dataclass(frozen=True)
class SetApart:
    """A row that a service's relay could not bring into the log, by the name by which people ask for it."""

    service: str
    apart: Apart

    @property
    def name(self) -> str:
        """`submissions/<id of the event>`."""
        return f"{self.service}/{self.apart.row.id}"


async def list_apart(settings: Settings) -> list[SetApart]:
    """All of all services, in the order in which each service met them."""
    found = []
    for service in HTTP_PORTS:
        async with _outbox(settings, service) as outbox:
            found += [SetApart(service, apart) for apart in await outbox.apart()]
    return found


async def publish_apart(nc: Client, settings: Settings, one: SetApart) -> None:
    """Publish it and take it out of the list. Raises StillRefused where it isn't in the log then.

    Its id is the event's own: where it came into the log meanwhile, nothing is stored twice.
    """
    answers = await Publisher(nc).publish([one.apart.row])
    for error in (*answers.refused.values(), *answers.errors.values()):
        raise StillRefused(told(error))
    async with _outbox(settings, one.service) as outbox:
        await outbox.take_back(one.apart.row.id)


@asynccontextmanager
async def _outbox(settings: Settings, service: str) -> AsyncIterator[Outbox]:
    mongo = Mongo(settings.mongo_url, settings.database(service))
    try:
        yield Outbox(mongo, f"/dondoc/{service}")
    finally:
        mongo.close()
