"""Outputs in MongoDB, and their tallies: kept by counting anew what an event touched, so repeats change nothing.

An output's document tells what it changes on which days; a tally's document holds a source's numbers of a day or of a
month. An answer reads the months before its own, and the days of that one.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.reports.rules import month_of
from services.reports.tallies import Numbers, Tally
from services.reports.tally_documents import (
    Told,
    add_numbers,
    day_document,
    month_document,
    month_name,
    output_document,
    sort_kept,
    source_named,
    told_by,
)
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.mongo import Mongo, ReplaceOne, Session


class OutputStore:
    """What is kept of outputs. Writes want a transaction; reads in one session see one moment."""

    def __init__(self, mongo: Mongo) -> None:
        self._outputs = mongo.db["outputs"]
        self._tallies = mongo.db["tallies"]

    async def ensure_indexes(self) -> None:
        await self._outputs.create_index([("plan", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("changes.at", 1)])
        await self._outputs.create_index([("plan", 1), ("looked", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("plan", 1), ("agency", 1), ("duty", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("occurrence", 1)], sparse=True)
        await self._outputs.create_index([("plan", 1)], partialFilterExpression={"notable": True})
        await self._tallies.create_index([("plan", 1), ("month", 1)])
        await self._tallies.create_index([("plan", 1), ("in", 1), ("day", 1)])

    async def put(
        self, recorded: Sequence[OutputRecorded], reviews: Sequence[OutputReviewed], session: Session
    ) -> None:
        """Keep the outputs and the reviews, which may come before their output, and count anew what they touch."""
        events = {one.output: one for one in recorded}
        told = defaultdict[str, list[OutputReviewed]](list)
        for review in reviews:
            told[review.output].append(review)
        names = [*{*events, *told}]
        known = {one["_id"]: one async for one in self._outputs.find({"_id": {"$in": names}}, session=session)}
        changed = []
        touched = set[str]()
        for name in names:
            before = known.get(name, {"_id": name, "reviews": []})
            after = output_document(before, events.get(name), told[name])
            if after != before:
                changed.append(ReplaceOne({"_id": name}, after, upsert=True))
                touched |= {change["at"] for one in (before, after) for change in one.get("changes", ())}
        if changed:
            await self._outputs.bulk_write(changed, ordered=False, session=session)
        if touched:
            await self._count(sorted(touched), session)

    async def tallies(self, plan: str, as_of: date, session: Session) -> list[Tally]:
        """One for each source of the plan: what stands on that day, of the months before its own and its own days."""
        month = month_of(as_of)
        past = self._tallies.find({"plan": plan, "month": {"$lt": month}}, session=session)
        days = self._tallies.find({"plan": plan, "in": month, "day": {"$lte": as_of.isoformat()}}, session=session)
        summed = defaultdict[str, Numbers](Numbers)
        for found in (past, days):
            for one in await found.to_list(None):
                add_numbers(summed[one["_id"].rpartition("|")[0]], one)
        return [Tally(source_named(name), as_of, numbers) for name, numbers in summed.items()]

    async def notable(self, plan: str, session: Session) -> list[Told]:
        """Those that a review ever found notable; officers name few."""
        found = self._outputs.find({"plan": plan, "notable": True}, session=session)
        return [told_by(document) for document in await found.to_list(None)]

    async def recorded(self, plan: str, as_of: date, session: Session) -> AsyncIterator[Told]:
        """Every output of the plan to that day with its reviews, by day of registration and id."""
        where = {"plan": plan, "day": {"$lte": as_of.isoformat()}}
        async for document in self._outputs.find(where, session=session).sort([("day", 1), ("_id", 1)]):
            yield told_by(document)

    async def count(self, plan: str) -> int:
        """How many outputs of the plan are kept."""
        return int(await self._outputs.count_documents({"plan": plan}))

    async def forget(self) -> None:
        await self._outputs.delete_many({})
        await self._tallies.delete_many({})

    async def _count(self, touched: list[str], session: Session) -> None:
        """Count the touched days of their sources anew; their months grow by the difference."""
        counted = {at: Numbers() for at in touched}
        pipeline: Sequence[Mapping[str, Any]] = [
            {"$match": {"changes.at": {"$in": touched}}},
            {"$unwind": "$changes"},
            {"$match": {"changes.at": {"$in": touched}}},
            {
                "$group": {
                    "_id": {"at": "$changes.at", "sort": "$sort"},
                    "n": {"$sum": "$changes.n"},
                    "recorded": {"$sum": "$changes.recorded"},
                }
            },
        ]
        async for group in self._outputs.aggregate(pipeline, session=session):
            counted[group["_id"]["at"]].add(sort_kept(group["_id"]["sort"]), group["n"], group["recorded"])
        months = {month_name(at) for at in touched}
        found = self._tallies.find({"_id": {"$in": [*touched, *months]}}, session=session)
        before = defaultdict[str, Numbers](Numbers)
        for one in await found.to_list(None):
            add_numbers(before[one["_id"]], one)
        grown = {name: before[name] for name in months}
        for at, now in counted.items():
            grown[month_name(at)].plus(now)
            grown[month_name(at)].plus(before[at], -1)
        writes = [ReplaceOne({"_id": at}, day_document(at, now), upsert=True) for at, now in counted.items()]
        writes += [ReplaceOne({"_id": name}, month_document(name, now), upsert=True) for name, now in grown.items()]
        await self._tallies.bulk_write(writes, ordered=False, session=session)
