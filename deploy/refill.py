"""Refill the log from the outboxes: MongoDB is the truth, NATS carries it."""

from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import Header

from deploy.log_reader import read_log
from shared.mongo import Mongo
from shared.outbox import Outbox, Row
from shared.publisher import Publisher
from shared.relay import WINDOW
from shared.settings import HTTP_PORTS, Settings


@dataclass(frozen=True)
class Refilled:
    """How many events the log held already, and how many were published again."""

    held: int
    published: int


async def refill_log(js: JetStreamContext, settings: Settings) -> Refilled:
    """Publish every outbox row that the log doesn't hold, in the order in which the rows were written.

    Run it while the services are stopped, or new events mix with the old ones.
    """
    held = {(msg.headers or {}).get(Header.MSG_ID.value, "") async for msg in read_log(js)}
    rows: list[Row] = []
    for service in HTTP_PORTS:
        mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_{service}")
        rows += [row async for row in Outbox(mongo, f"/dondoc/{service}").all_rows() if row.id not in held]
        mongo.close()
    rows.sort(key=lambda row: (row.batch, row.place))
    publisher = Publisher(js._nc)
    for first in range(0, len(rows), WINDOW):
        for error in await publisher.publish(rows[first : first + WINDOW]):
            if error is not None:
                raise error
    return Refilled(held=len(held), published=len(rows))
