"""All that assignments keeps in MongoDB: plans, what was assigned by them, and the days that were published."""

from dataclasses import dataclass
from datetime import date

from services.assignments.rules import Assignment, Assignments
from shared.contracts.base import Event
from shared.contracts.registry import decode
from shared.mongo import DeleteOne, Mongo, ReplaceOne, Session
from shared.outbox import COLLECTION as OUTBOX


@dataclass(frozen=True)
class StoredPlan:
    """A plan as it was published last: the file's bytes and their digest, and the plan's revision counter."""

    plan: str
    revision: int
    digest: str
    time_zone: str
    source: bytes


class Store:
    """The service's database."""

    def __init__(self, mongo: Mongo) -> None:
        self._plans = mongo.db["plans"]
        self._assignments = mongo.db["assignments"]
        self._days = mongo.db["days"]
        self._outbox = mongo.db[OUTBOX]

    async def ensure_indexes(self) -> None:
        await self._assignments.create_index([("plan", 1)])

    async def plans(self) -> list[str]:
        """The ids of the published plans."""
        return sorted([document["_id"] async for document in self._plans.find({}, {"_id": 1})])

    async def time_zone(self) -> str | None:
        """The time zone of the plans; a province has one, so the first plan's is everybody's."""
        found = await self._plans.find_one({}, {"time_zone": 1}, sort=[("_id", 1)])
        return str(found["time_zone"]) if found else None

    async def plan(self, plan: str, session: Session | None = None) -> StoredPlan | None:
        found = await self._plans.find_one({"_id": plan}, session=session)
        if found is None:
            return None
        return StoredPlan(plan, found["revision"], found["digest"], found["time_zone"], bytes(found["source"]))

    async def put_plan(self, stored: StoredPlan, session: Session) -> None:
        document = {
            "revision": stored.revision,
            "digest": stored.digest,
            "time_zone": stored.time_zone,
            "source": stored.source,
        }
        await self._plans.replace_one({"_id": stored.plan}, document, upsert=True, session=session)

    async def raise_revision(self, plan: str, session: Session) -> None:
        """By one more than was read in this transaction: of two changes at once one is run again."""
        await self._plans.update_one({"_id": plan}, {"$inc": {"revision": 1}}, session=session)

    async def told(self, begins: str, subject: str, session: Session) -> list[Event]:
        """The events on the subject whose ids begin so. They are looked for in the outbox, so ask for few."""
        query = {"_id": {"$gte": begins, "$lt": begins + "~"}, "subject": subject}
        return [decode(row["body"])[1] async for row in self._outbox.find(query, {"body": 1}, session=session)]

    async def assignments(self, plan: str, session: Session | None = None) -> Assignments:
        """What was assigned by the plan's last publication, by (duty, agency)."""
        found = self._assignments.find({"plan": plan}, session=session).sort("order", 1)
        read = [Assignment.model_validate(document["assignment"]) async for document in found]
        return {(a.duty, a.agency): a for a in read}

    async def assignment(self, plan: str, duty: str, agency: str, session: Session) -> Assignment | None:
        found = await self._assignments.find_one({"_id": f"{plan}/{duty}/{agency}"}, session=session)
        return Assignment.model_validate(found["assignment"]) if found else None

    async def put_assignments(self, plan: str, old: Assignments, new: Assignments, session: Session) -> None:
        """Replace what the plan assigned."""
        writes: list[DeleteOne | ReplaceOne[dict[str, object]]] = [
            DeleteOne({"_id": f"{plan}/{duty}/{agency}"}) for duty, agency in old if (duty, agency) not in new
        ]
        for order, ((duty, agency), assignment) in enumerate(new.items()):
            identity = f"{plan}/{duty}/{agency}"
            document: dict[str, object] = {
                "_id": identity,
                "plan": plan,
                "order": order,
                "assignment": assignment.model_dump(mode="json"),
            }
            writes.append(ReplaceOne({"_id": identity}, document, upsert=True))
        if writes:
            await self._assignments.bulk_write(writes, session=session)

    async def last_day(self, session: Session | None = None) -> date | None:
        """The last day that was published."""
        found = await self._days.find_one({}, sort=[("_id", -1)], session=session)
        return date.fromisoformat(found["_id"]) if found else None

    async def add_days(self, days: list[date], session: Session) -> None:
        """Raises BulkWriteError where another process published one of them."""
        await self._days.insert_many([{"_id": day.isoformat()} for day in days], session=session)
