"""What the service reads in MongoDB to answer officers; nothing is written here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.notifier.database import documents
from services.notifier.letters.news import NOTHING, News
from services.notifier.officers.foresee import Done, Known, mails_before
from services.notifier.rules import Mark
from services.notifier.sending.queue import Queued, State
from services.notifier.store import Document, Store
from shared.contracts.ledger import Account
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from shared.mongo import Mongo, Session


@dataclass(frozen=True)
class Wanted:
    """Which digests; None is any. `since` is the first day."""

    recipient: str | None = None
    state: str | None = None
    since: date | None = None


class OfficerStore:
    """Beside `Store`, whose collections it reads."""

    def __init__(self, mongo: Mongo, store: Store) -> None:
        self._store = store
        self._accounts = mongo.db["accounts"]
        self._rungs = mongo.db["rungs"]
        self._digests = mongo.db["digests"]

    async def ensure_indexes(self) -> None:
        await self._digests.create_index([("day", -1), ("_id", 1)])
        await self._accounts.create_index([("answered", 1)], sparse=True)

    async def known(self, plan: PlanPublished, session: Session) -> Known:
        """All that a day's decision depends on, as of one moment."""
        accounts = [documents.account(row) async for row in self._accounts.find({"plan": plan.plan}, session=session)]
        keys = {str(account.key): account.key for account in accounts}
        of_plan = {"occurrence": {"$regex": f"^{re.escape(plan.plan)}/"}}
        done = [
            Done(Mark(keys[row["occurrence"]], Rung(row["rung"]), row["recipient"], row["passed"]), _day(row))
            async for row in self._rungs.find(of_plan, session=session)
            if row["occurrence"] in keys
        ]
        doubt = await self._store.doubt(plan.plan, session)
        return Known(plan, accounts, done, await self._store.last_day(session), doubt)

    async def news(self, known: Known, day: date, session: Session) -> News:
        """What the coordinator's mail of a day to come tells besides, if nothing more comes in and every mail goes
        out."""
        plan, mails = known.plan, mails_before(known, day)
        if mails is None:
            return NOTHING
        unwritten = {"frozen": None, "state": {"$in": [State.QUEUED, State.SENDING]}}
        query = {"plan": plan.plan, "recipient": plan.coordinator, **unwritten}
        mails += await self._digests.find_one(query, {"_id": 1}, session=session) is not None
        return await self._store.news.untold(plan.plan, "", session, mails)

    async def digests(self, wanted: Wanted, most: int) -> tuple[list[Queued], int]:
        """The newest digests without their text, and how many further ones there are."""
        query = _query(wanted)
        rows = self._digests.find(query, {"frozen.body": 0}).sort([("day", -1), ("_id", 1)]).limit(most)
        found = [documents.queued(row) async for row in rows]
        return found, await self._digests.count_documents(query) - len(found)

    async def tallies(self, recipient: str | None, since: date | None) -> list[tuple[str, str, date, dict[str, int]]]:
        """By plan and recipient: the last day, and how many digests are in each state."""
        query = _query(Wanted(recipient, since=since))
        by_state = {"_id": {"plan": "$plan", "who": "$recipient", "state": "$state"}}
        grouped = {**by_state, "count": {"$sum": 1}, "last": {"$max": "$day"}}
        found: dict[tuple[str, str], tuple[str, dict[str, int]]] = {}
        async for row in self._digests.aggregate([{"$match": query}, {"$group": grouped}]):
            whose = row["_id"]["plan"], row["_id"]["who"]
            last, states = found.get(whose, ("", {}))
            found[whose] = max(last, row["last"]), {**states, row["_id"]["state"]: row["count"]}
        return [(plan, who, date.fromisoformat(last), states) for (plan, who), (last, states) in sorted(found.items())]

    async def answered(self) -> Sequence[Account]:
        """The occurrences that are owed and of which somebody answered a reminder."""
        rows = self._accounts.find({"answered": True, "owed": True}).sort("_id", 1)
        return [documents.account(row) async for row in rows]


def _query(wanted: Wanted) -> Document:
    query: Document = {"recipient": wanted.recipient, "state": wanted.state}
    if wanted.since is not None:
        query["day"] = {"$gte": wanted.since.isoformat()}
    return {field: value for field, value in query.items() if value is not None}


def _day(row: Document) -> date:
    return date.fromisoformat(row["day"])
