"""The assignments service without its transport: its use cases on a real MongoDB, and what they tell."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from services.assignments.publish_days import DaysPublished, publish_days
from services.assignments.publish_plan import Published, publish_plan
from services.assignments.store import Store
from shared.contracts.base import Event
from shared.contracts.registry import decode
from shared.mongo import Mongo
from shared.outbox import Outbox

PLANS = Path(__file__).parents[1] / "plans"
SMALL = (PLANS / "small-2026.yaml").read_text(encoding="utf-8")  # one duty, monthly, of one agency
DONG_HAI = (PLANS / "dong-hai-2026.yaml").read_text(encoding="utf-8")


@dataclass
class Desk:
    """`told` counts what was read of the outbox so far."""

    mongo: Mongo
    store: Store
    outbox: Outbox
    told: int = 0

    async def publish(self, source: str, now: datetime | None = None) -> Published:
        return await self.publish_bytes(source.encode(), now)

    async def publish_bytes(self, source: bytes, now: datetime | None = None) -> Published:
        return await publish_plan(source, "plan.yaml", now, self.store, self.mongo, self.outbox)

    async def turn(self, until: str) -> DaysPublished:
        return await publish_days(date.fromisoformat(until), self.store, self.mongo, self.outbox)

    async def news(self) -> list[tuple[str, Event]]:
        """The events, with their ids, that were told since this was asked last."""
        rows = [row async for row in self.outbox.all_rows()][self.told :]
        self.told += len(rows)
        return [(row.id, decode(row.body)[1]) for row in rows]

    async def new_ids(self) -> list[str]:
        return [id_ for id_, _ in await self.news()]


async def open_desk(mongo: Mongo) -> Desk:
    """A service that has published nothing yet."""
    desk = Desk(mongo, Store(mongo), Outbox(mongo, "/dondoc/assignments"))
    await desk.store.ensure_indexes()
    await desk.outbox.ensure_indexes()
    return desk
