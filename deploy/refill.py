"""Refill the log from the outboxes: MongoDB is the truth, NATS carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import APIError, NotFoundError

from deploy.log_reader import read_log
from shared import topology
from shared.mongo import Mongo
from shared.outbox import Outbox, Row
from shared.relay import publish, stored
from shared.settings import HTTP_PORTS, Settings

# For an hour the server remembers the id of what was deleted from the log, and would take it for a repeat.
AGAIN = "again:"


@dataclass(frozen=True)
class Refilled:
    """How many events the log held already, and how many were published again."""

    held: int
    published: int


async def refill_log(js: JetStreamContext, settings: Settings) -> Refilled:
    """Publish every outbox row that the log doesn't hold, in the order in which the rows were written.

    Run it while the services are stopped, or new events mix with the old ones. What a relay publishes meanwhile is
    no trouble.
    """
    held = {_id(msg.headers).removeprefix(AGAIN) async for msg in read_log(js)}
    rows: list[Row] = []
    for service in HTTP_PORTS:
        mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_{service}")
        rows += [row async for row in Outbox(mongo, f"/dondoc/{service}").all_rows() if row.id not in held]
        mongo.close()
    published = 0
    for row in sorted(rows, key=lambda row: row.order):
        published += await _publish_again(js, row)
    return Refilled(held=len(held), published=published)


async def _publish_again(js: JetStreamContext, row: Row) -> bool:
    """Whether it was this that put the row into the log; a service's relay may have been faster."""
    try:
        ack = await publish(js, row)
    except APIError as error:
        if not stored(error):
            raise
        return False
    if not ack.duplicate:
        return True
    if await _holds(js, ack.seq, row):
        return False
    await publish(js, replace(row, id=f"{AGAIN}{row.id}"))
    return True


async def _holds(js: JetStreamContext, sequence: int, row: Row) -> bool:
    try:
        return _id((await js.get_msg(topology.EVENTS, sequence, direct=True)).headers) == row.id
    except NotFoundError:
        return False


def _id(headers: Mapping[str, str] | None) -> str:
    return (headers or {}).get(Header.MSG_ID.value, "")
