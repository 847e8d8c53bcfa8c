"""Outputs in MongoDB, and their tallies, which grow by what an output's document says more than before: a repeat says
no more, and changes nothing.

A source's numbers are kept by day, by month, and in sum. An answer reads the sums, and takes away what came after its
day: the months after its own, and the later days of that one. Of today it reads no more than the sums.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.reports.rules import month_of
from services.reports.tallies import Numbers, Tally, add_counts
from services.reports.tally_documents import (
    Told,
    day_changes,
    day_document,
    days_in,
    month_document,
    month_name,
    numbers_in,
    output_document,
    source_name,
    sum_document,
    sum_in,
    told_by,
    told_in,
)
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.mongo import RAW, Mongo, ReplaceOne, Session

Document = Callable[[str, Numbers], Any]
# Documents in one reply of the server's, which sends 101 if it isn't told, and has to be asked for more.
AT_ONCE = 10_000


class OutputStore:
    """What is kept of outputs. Writes want a transaction; reads in one session see one moment."""

    def __init__(self, mongo: Mongo) -> None:
        self._outputs = mongo.db["outputs"]
        self._tallies = mongo.db["tallies"]
        self._sums = mongo.db["sums"]

    async def ensure_indexes(self) -> None:
        await self._outputs.create_index([("plan", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("plan", 1), ("looked", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("plan", 1), ("agency", 1), ("duty", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("occurrence", 1)], sparse=True)
        await self._outputs.create_index([("plan", 1)], partialFilterExpression={"notable": True})
        await self._tallies.create_index([("source", 1)])
        await self._tallies.create_index([("plan", 1), ("month", 1)])
        await self._tallies.create_index([("plan", 1), ("in", 1), ("day", 1)])
        await self._sums.create_index([("plan", 1)])

    async def put(
        self, recorded: Sequence[OutputRecorded], reviews: Sequence[OutputReviewed], session: Session
    ) -> None:
        """Keep the outputs and the reviews, which may come before their output, and count them."""
        events = {one.output: one for one in recorded}
        told = defaultdict[str, list[OutputReviewed]](list)
        for review in reviews:
            told[review.output].append(review)
        names = [*{*events, *told}]
        known = {one["_id"]: one async for one in self._outputs.find({"_id": {"$in": names}}, session=session)}
        changed = []
        grown = defaultdict[str, Numbers](Numbers)
        for name in names:
            before = known.get(name, {"_id": name, "reviews": []})
            after = output_document(before, events.get(name), told[name])
            if after != before:
                changed.append(ReplaceOne({"_id": name}, after, upsert=True))
                for document, times in ((before, -1), (after, 1)):
                    for at, numbers in day_changes(document).items():
                        grown[at].plus(numbers, times)
        if changed:
            await self._outputs.bulk_write(changed, ordered=False, session=session)
        if grown:
            await self._grow(grown, session)

    async def tallies(self, plan: str, as_of: date, session: Session) -> list[Tally]:
        """One for each source of the plan: what stands on that day."""
        month = month_of(as_of)
        after = [
            {"plan": plan, "month": {"$gt": month}},
            {"plan": plan, "in": month, "day": {"$gt": as_of.isoformat()}},
        ]
        later = await self._tallies.find({"$or": after}, session=session).to_list(None)
        raw: Any = self._sums.with_options(codec_options=RAW)
        sums = await raw.find({"plan": plan}, session=session, batch_size=AT_ONCE).to_list(None)
        read = [sum_in(one.raw) for one in sums]
        summed = {name: numbers for name, _, numbers in read}
        # A sum holds the first days of now alone: what changed since is asked for its days of then.
        changed = sorted({one["source"] for one in later})
        for name in changed:
            # A copy: what was read is kept for the next answer.
            now, summed[name] = summed[name], Numbers()
            summed[name].plus(replace(now, days={}))
        for one in later:
            summed[one["source"]].plus(replace(numbers_in(one), days={}), -1)
        until = [{"month": {"$lt": month}}, {"in": month, "day": {"$lte": as_of.isoformat()}}]
        if changed:
            await self._add_days(summed, {"source": {"$in": changed}, "$or": until}, session)
        return [Tally(source, as_of, summed[name]) for name, source, _ in read]

    async def notable(self, plan: str, session: Session) -> list[Told]:
        """Those that a review ever found notable; officers name few."""
        raw: Any = self._outputs.with_options(codec_options=RAW)
        found = raw.find({"plan": plan, "notable": True}, session=session)
        return [told_in(one.raw) for one in await found.to_list(None)]

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
        await self._sums.delete_many({})

    async def _grow(self, days: Mapping[str, Numbers], session: Session) -> None:
        """Add to these days, to their months and to the sums of their sources."""
        months, sums = defaultdict[str, Numbers](Numbers), defaultdict[str, Numbers](Numbers)
        for at, numbers in days.items():
            months[month_name(at)].plus(numbers)
            sums[source_name(at)].plus(numbers)
        await _add(self._tallies, days, day_document, session)
        await _add(self._tallies, months, month_document, session)
        # Of the first days some may have been taken away: only all days tell which are first now.
        fewer = [name for name, numbers in sums.items() if any(count < 0 for count in numbers.days.values())]
        await _read(self._sums, sums, session)
        for name in fewer:
            sums[name].days.clear()
        await self._add_days(sums, {"source": {"$in": fewer}, "month": {"$exists": True}}, session)
        await _write(self._sums, sums, sum_document, session)

    async def _add_days(self, numbers: Mapping[str, Numbers], where: Mapping[str, Any], session: Session) -> None:
        for one in await self._tallies.find(where, {"source": 1, "days": 1}, session=session).to_list(None):
            add_counts(numbers[one["source"]].days, days_in(one).items())


async def _add(collection: Any, grown: Mapping[str, Numbers], document: Document, session: Session) -> None:
    await _read(collection, grown, session)
    await _write(collection, grown, document, session)


async def _read(collection: Any, numbers: Mapping[str, Numbers], session: Session) -> None:
    for one in await collection.find({"_id": {"$in": [*numbers]}}, session=session).to_list(None):
        numbers[one["_id"]].plus(numbers_in(one))


async def _write(collection: Any, numbers: Mapping[str, Numbers], document: Document, session: Session) -> None:
    writes = [ReplaceOne({"_id": name}, document(name, one), upsert=True) for name, one in numbers.items()]
    await collection.bulk_write(writes, ordered=False, session=session)
