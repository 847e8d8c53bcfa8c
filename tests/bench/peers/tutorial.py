"""The tutorial: a FastStream subscriber as its documentation shows them, with one insert and one publish."""

import asyncio
from typing import Any

from faststream import FastStream
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from motor.motor_asyncio import AsyncIOMotorClient

from tests.bench.peers.place import place

here = place()
broker = NatsBroker(here.nats_url)
app = FastStream(broker)
client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(here.mongo_url)
outputs = client[here.database]["outputs"]


@broker.subscriber(
    f"{here.events}.*",
    stream=JStream(here.intake, declare=False),
    durable=here.consumer,
    pull_sub=PullSub(batch_size=10),
)
async def handle(event: dict[str, Any], message: NatsMessage) -> None:
    await outputs.insert_one({"_id": f"{event['source']} {event['id']}", **event})
    agency = message.raw_message.subject.removeprefix(f"{here.events}.")
    await broker.publish({"id": event["id"], "recorded": True}, f"{here.answers}.{agency}")


@app.after_startup
async def say() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(app.run())
