"""A process that imports what each service imports, connects, and does nothing: what Python and packages cost."""

import asyncio

from faststream.nats import NatsBroker
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel

from tests.bench.peers.place import place


class Model(BaseModel):
    """Any."""

    name: str


async def main() -> None:
    here = place()
    await NatsBroker(here.nats_url).connect()
    await AsyncIOMotorClient(here.mongo_url).admin.command("ping")
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
