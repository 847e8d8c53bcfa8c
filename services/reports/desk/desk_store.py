"""What the desk reads in MongoDB beside the report: outputs by the page, and what was said of an occurrence.

Nothing is written here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.reports.desk.outputs import Seen, Wanted
from services.reports.store import account
from services.reports.tally_documents import told_by
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account
from shared.mongo import Mongo


class DeskStore:
    """Beside `Store` and its `OutputStore`, whose collections it reads."""

    def __init__(self, mongo: Mongo) -> None:
        self._accounts = mongo.db["accounts"]
        self._outputs = mongo.db["outputs"]

    async def outputs(self, plan: str, wanted: Wanted, first: int = 0, most: int = 100) -> tuple[Sequence[Seen], int]:
        """Outputs of the plan, the newest first, from that one on; and how many there are."""
        query = _query(plan, wanted)
        rows = self._outputs.find(query).sort([("day", -1), ("_id", -1)]).skip(first).limit(most)
        found = [_seen(row) async for row in rows]
        return found, await self._outputs.count_documents(query)

    async def output(self, plan: str, name: str) -> Seen | None:
        found = await self._outputs.find_one({"_id": name, "plan": plan})
        return _seen(found) if found else None

    async def plan_of_output(self, name: str) -> str | None:
        """The plan that the output was recorded for."""
        found = await self._outputs.find_one({"_id": name}, {"plan": 1})
        return str(found["plan"]) if found else None

    async def plans_of(self, keys: Sequence[OccurrenceKey]) -> list[str]:
        """The plans of those of them that were ever assigned."""
        asked = {"_id": {"$in": [str(key) for key in keys]}, "facts.fact": "assigned"}
        return [str(row["plan"]) async for row in self._accounts.find(asked, {"plan": 1})]

    async def account(self, key: OccurrenceKey) -> Account:
        """All that the plan and people said of an occurrence."""
        found = await self._accounts.find_one({"_id": str(key)})
        return account(found) if found else Account(key)

    async def answered(self, plan: str) -> list[Account]:
        """The occurrences of which an agency answered a reminder."""
        rows = self._accounts.find({"plan": plan, "facts.fact": "answered"}).sort("_id", 1)
        return [account(row) async for row in rows]


def _query(plan: str, wanted: Wanted) -> Mapping[str, Any]:
    at = str(wanted.occurrence) if wanted.occurrence else None
    query = {"looked": wanted.looked, "agency": wanted.agency, "duty": wanted.duty, "occurrence": at}
    return {"plan": plan, **{field: value for field, value in query.items() if value is not None}}


def _seen(row: Mapping[str, Any]) -> Seen:
    output, reviews = told_by(row)
    return Seen(output, tuple(sorted(reviews, key=lambda review: review.review)))
