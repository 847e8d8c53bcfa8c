"""Outputs in MongoDB, and their tallies: kept by counting anew what an event touched, so repeats change nothing.

An output's document tells what it changes on which days; a tally's document holds a source's month, day by day and in
sum. An answer reads the sums of the months before, and the days of its own.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.reports.rules import month_of
from services.reports.tallies import Sort, Source, Tally, changes, sort_of, source_of
from shared.contracts.duties import OccurrenceKey
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed
from shared.mongo import Mongo, ReplaceOne, Session

Told = tuple[OutputRecorded, list[OutputReviewed]]
_SORT = ("registered", "published", "channel", "topics", "flags")


class OutputStore:
    """What is kept of outputs. Writes want a transaction; reads in one session see one moment."""

    def __init__(self, mongo: Mongo) -> None:
        self._outputs = mongo.db["outputs"]
        self._tallies = mongo.db["tallies"]

    async def ensure_indexes(self) -> None:
        await self._outputs.create_index([("plan", 1), ("day", 1), ("_id", 1)])
        await self._outputs.create_index([("changes.at", 1)])
        await self._tallies.create_index([("plan", 1), ("month", 1)])

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
            after = _document(before, events.get(name), told[name])
            if after != before:
                changed.append(ReplaceOne({"_id": name}, after, upsert=True))
                touched |= {change["at"] for one in (before, after) for change in one.get("changes", ())}
        if changed:
            await self._outputs.bulk_write(changed, ordered=False, session=session)
        if touched:
            await self._count(sorted(touched), session)

    async def tallies(self, plan: str, as_of: date, session: Session) -> list[Tally]:
        """Those of the plan to that day: whole months before its own, then day by day."""
        month = month_of(as_of)
        past = self._tallies.find({"plan": plan, "month": {"$lt": month}}, {"days": 0}, session=session)
        found = [_tally(one, one["last"], one["sum"]) async for one in past]
        async for one in self._tallies.find({"plan": plan, "month": month}, {"sum": 0}, session=session):
            found += [_tally(one, day, counted) for day, counted in one["days"].items() if day <= as_of.isoformat()]
        return found

    async def recorded(self, plan: str, as_of: date, session: Session) -> AsyncIterator[Told]:
        """Every output of the plan to that day with its reviews, by day of registration and id."""
        where = {"plan": plan, "day": {"$lte": as_of.isoformat()}}
        async for document in self._outputs.find(where, session=session).sort([("day", 1), ("_id", 1)]):
            yield _told(document)

    async def count(self, plan: str) -> int:
        """How many outputs of the plan are kept."""
        return int(await self._outputs.count_documents({"plan": plan}))

    async def forget(self) -> None:
        await self._outputs.delete_many({})
        await self._tallies.delete_many({})

    async def _count(self, touched: list[str], session: Session) -> None:
        """Count the touched days of their sources anew, and put them into their months."""
        counted: dict[str, dict[str, Any]] = {at: {"recorded": 0, "sorts": []} for at in touched}
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
            into = counted[group["_id"]["at"]]
            into["recorded"] += group["recorded"]
            if group["n"]:
                into["sorts"].append({**group["_id"]["sort"], "n": group["n"]})
        of_month = defaultdict[str, dict[str, dict[str, Any]]](dict)
        for at, counts in counted.items():
            source, _, day = at.rpartition("|")
            of_month[f"{source}|{day[:7]}"][day] = counts
        known = self._tallies.find({"_id": {"$in": [*of_month]}}, session=session)
        months = {one["_id"]: one["days"] async for one in known}
        writes = []
        for name, days in of_month.items():
            every = {**months.get(name, {}), **days}
            source, _, month = name.rpartition("|")
            kept = {"_id": name, "month": month, **_named(source), "days": every, **_summed(every)}
            writes.append(ReplaceOne({"_id": name}, kept, upsert=True))
        await self._tallies.bulk_write(writes, ordered=False, session=session)


def _document(before: Mapping[str, Any], event: OutputRecorded | None, reviews: Iterable[OutputReviewed]) -> Any:
    """The output's document with the event and the reviews in it. An event is kept as JSON, as it was told."""
    said = sorted({*before["reviews"], *(review.model_dump_json() for review in reviews)})
    after = {**before, "reviews": said}
    if event is not None:
        after["event"] = event.model_dump_json()
    if "event" not in after:
        return after
    output, told = _told(after)
    source = _name(source_of(output))
    after |= {"plan": output.plan, "day": output.day.isoformat(), "sort": _kept(sort_of(output))}
    after["changes"] = [
        {"at": f"{source}|{day}", "n": change, "recorded": int(day == output.day)}
        for day, change in sorted(changes(output.day, told).items())
    ]
    return after


def _told(document: Mapping[str, Any]) -> Told:
    reviews = [OutputReviewed.model_validate_json(review) for review in document["reviews"]]
    return OutputRecorded.model_validate_json(document["event"]), reviews


def _name(source: Source) -> str:
    """In one line; ids hold neither bars nor line breaks, but periods and slashes."""
    at = source.occurrence
    return "|".join([source.plan, source.duty, source.agency, *([at.agency, at.period] if at else [])])


def _named(name: str) -> dict[str, Any]:
    plan, duty, agency, *at = name.split("|")
    return {"plan": plan, "duty": duty, "agency": agency, "occurrence": at}


def _kept(sort: Sort) -> dict[str, Any]:
    registered, published = (day and day.isoformat() for day in (sort.registered, sort.published))
    values = (registered, published, sort.channel, list(sort.topics), [flag.value for flag in sort.flags])
    return dict(zip(_SORT, values, strict=True))


def _summed(days: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A month's last changed day, and the sum of its days."""
    sorts: dict[str, dict[str, Any]] = {}
    for counted in days.values():
        for sort in counted["sorts"]:
            key = repr([sort[name] for name in _SORT])
            sorts[key] = {**sort, "n": sort["n"] + sorts.get(key, {"n": 0})["n"]}
    kept = [sort for sort in sorts.values() if sort["n"]]
    return {"last": max(days), "sum": {"recorded": sum(one["recorded"] for one in days.values()), "sorts": kept}}


def _tally(document: Mapping[str, Any], day: str, counted: Mapping[str, Any]) -> Tally:
    at = document["occurrence"]
    plan, duty = document["plan"], document["duty"]
    occurrence = OccurrenceKey(plan=plan, duty=duty, agency=at[0], period=at[1]) if at else None
    sorts = {_sort(sort): sort["n"] for sort in counted["sorts"]}
    source = Source(plan, duty, document["agency"], occurrence)
    return Tally(source, date.fromisoformat(day), counted["recorded"], sorts)


def _sort(kept: Mapping[str, Any]) -> Sort:
    registered, published = (day and date.fromisoformat(day) for day in (kept["registered"], kept["published"]))
    return Sort(registered, published, kept["channel"], tuple(kept["topics"]), tuple(map(Flag, kept["flags"])))
