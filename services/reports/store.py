"""All that reports keeps in MongoDB: its copy of plans, accounts, outputs and days. All of it can be rebuilt.

Outputs and their tallies are in `output_store.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from bson import decode
from pydantic import TypeAdapter

from services.reports.build_report import View
from services.reports.output_store import AT_ONCE, OutputStore
from services.reports.tallies import REMEMBERED
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, Fact
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.plan import PlanPublished
from shared.mongo import RAW, Mongo, Session, UpdateOne

_ACCOUNT = TypeAdapter(Account)
LAST_DAY = "last"
REBUILDING = "rebuilding"


class Store:
    """The service's database. Writes add to sets or keep a maximum, so neither order nor repetition matters.
    Reads in one transaction's session see one moment."""

    def __init__(self, mongo: Mongo) -> None:
        db = mongo.db
        self._plans = db["plans"]
        self._accounts = db["accounts"]
        self.outputs = OutputStore(mongo)
        self._narrative = db["narrative"]
        self._days = db["days"]
        self._state = db["state"]

    async def ensure_indexes(self) -> None:
        await self._plans.create_index([("plan", 1), ("revision", 1)], unique=True)
        await self._accounts.create_index([("plan", 1)])
        await self._narrative.create_index([("plan", 1)])
        await self.outputs.ensure_indexes()

    async def put_plans(self, events: Sequence[PlanPublished], session: Session) -> None:
        """Keep the revisions. An event is kept as JSON: its own keys may hold dots, which MongoDB's fields can't."""
        writes = [
            UpdateOne(
                {"_id": f"{event.plan}/{event.revision}"},
                {"$set": {"plan": event.plan, "revision": event.revision, "event": event.model_dump_json()}},
                upsert=True,
            )
            for event in events
        ]
        await _write(self._plans, writes, session)

    async def put_facts(self, told: Sequence[tuple[OccurrenceKey, Fact]], session: Session) -> None:
        """Add each fact to its account."""
        writes = [
            UpdateOne(
                {"_id": str(key)},
                {
                    "$setOnInsert": {"plan": key.plan, "key": key.model_dump()},
                    "$addToSet": {"facts": fact.model_dump(mode="json")},
                },
                upsert=True,
            )
            for key, fact in told
        ]
        await _write(self._accounts, writes, session)

    async def put_narrative(self, events: Sequence[NarrativeWritten], session: Session) -> None:
        """Keep the revisions of each part."""
        writes = [
            UpdateOne(
                {"_id": f"{event.plan}/{event.part}/{event.revision}"},
                {"$set": {"plan": event.plan, "event": event.model_dump_json()}},
                upsert=True,
            )
            for event in events
        ]
        await _write(self._narrative, writes, session)

    async def put_day(self, day: date, session: Session) -> None:
        """Keep the calendar's last day."""
        change = {"$max": {"day": day.isoformat()}}
        await self._days.update_one({"_id": LAST_DAY}, change, upsert=True, session=session)

    async def last_day(self, session: Session) -> date | None:
        """The calendar's last day; None before the first."""
        found = await self._days.find_one({"_id": LAST_DAY}, session=session)
        return date.fromisoformat(found["day"]) if found else None

    async def plans(self, session: Session) -> list[PlanPublished]:
        """Every revision of every plan, by plan and revision."""
        cursor = self._plans.find({}, session=session).sort([("plan", 1), ("revision", 1)])
        return [_plan(document["event"]) for document in await cursor.to_list(None)]

    async def view(self, plan: str, as_of: date, session: Session) -> View:
        """All that is known of a plan's occurrences, of its outputs to that day, and of what people wrote."""
        raw: Any = self._accounts.with_options(codec_options=RAW)
        told = await raw.find({"plan": plan}, session=session, batch_size=AT_ONCE).to_list(None)
        return View(
            [_account(one.raw) for one in told],
            await self.outputs.tallies(plan, as_of, session),
            await self.outputs.notable(plan, session),
            await self.narrative(plan, session),
        )

    async def narrative(self, plan: str, session: Session) -> list[NarrativeWritten]:
        """All that people ever wrote in the plan's report."""
        written = self._narrative.find({"plan": plan}, session=session)
        return [NarrativeWritten.model_validate_json(one["event"]) async for one in written]

    async def is_rebuilding(self, session: Session) -> bool:
        return await self._state.find_one({"_id": REBUILDING}, session=session) is not None

    async def begin_rebuild(self) -> None:
        """Forget the view. Until `end_rebuild`, whatever is read from it is incomplete."""
        await self._state.update_one({"_id": REBUILDING}, {"$set": {}}, upsert=True)
        await self.outputs.forget()
        for collection in (self._plans, self._accounts, self._narrative, self._days):
            await collection.delete_many({})

    async def end_rebuild(self) -> None:
        await self._state.delete_one({"_id": REBUILDING})


@lru_cache(maxsize=REMEMBERED)
def _account(raw: bytes) -> Account:
    return account(decode(raw))


@lru_cache(maxsize=32)
def _plan(event: str) -> PlanPublished:
    """The revision that was kept as this JSON: what says the same is read once, and what was kept anew, anew."""
    return PlanPublished.model_validate_json(event)


def account(document: Mapping[str, Any]) -> Account:
    """The account that a document holds."""
    return _ACCOUNT.validate_python(document)


async def _write(collection: Any, writes: list[UpdateOne], session: Session) -> None:
    if writes:
        await collection.bulk_write(writes, ordered=False, session=session)
