"""All that submissions keeps in MongoDB: its copy of plans and assignments, and the outputs that it owns."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

from pymongo import ASCENDING, DESCENDING

from services.submissions.book import Book, Due, Obligation, Owing
from services.submissions.deliverers import OBLIGATIONS, deliverers_of
from services.submissions.reviews import REVIEWS, review_id, reviews_of
from shared.contracts.duties import DutyAssigned, DutyExcused, DutyExtended, DutyWithdrawn, OccurrenceKey
from shared.contracts.ledger import FACT, Delivered, Fact, facts_of, standing
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo, Session, UpdateOne
from shared.outbox import COLLECTION as OUTBOX

DutyEvent: TypeAlias = DutyAssigned | DutyWithdrawn | DutyExtended | DutyExcused

VIEW = "view"
RECEIPT = "receipt-"
PAGE = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# Of an output's document, what tells how its occurrence stands.
_OF_AN_OUTPUT = {"agency": 1, "occurrence": 1, "day": 1, "published_on": 1, REVIEWS: 1}


@dataclass(frozen=True)
class StoredDay:
    """A day, and when the log stored it."""

    day: date
    at: datetime


@dataclass(frozen=True)
class Version:
    """Raised whenever the copy of the plans (`book`) or of the days changes."""

    book: int = 0
    days: int = 0


class Store:
    """The service's database. What changes the copy of the plans raises its version in the same transaction."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        db = mongo.db
        self._plans = db["plans"]
        self._obligations = db[OBLIGATIONS]
        self._days = db["days"]
        self._versions = db["versions"]
        self._outputs = db["outputs"]
        self._rejections = db["rejections"]
        self._claims = db["claims"]
        self._outbox = db[OUTBOX]

    async def ensure_indexes(self) -> None:
        await self._mongo.ensure_collections("outputs", "rejections", "claims")
        await self._days.create_index([("at", ASCENDING)])
        await self._outputs.create_index([("occurrence.agency", ASCENDING)])

    # The copy of plans, assignments and days.

    async def put_plans(self, events: Sequence[PlanPublished], session: Session) -> None:
        """Keep each plan's highest revision."""
        newer = 0
        for event in events:
            held = await self._plans.find_one({"_id": event.plan}, {"revision": 1}, session=session)
            if held is None or held["revision"] < event.revision:
                document = {"revision": event.revision, "plan": event.model_dump(mode="json")}
                await self._plans.replace_one({"_id": event.plan}, document, upsert=True, session=session)
                newer += 1
        await self._raise("book", newer, session)

    async def put_duties(
        self, told: Sequence[tuple[DutyEvent, Sequence[tuple[OccurrenceKey, Fact]]]], session: Session
    ) -> None:
        """Add what each duty event tells, with its facts, to the obligation of its duty and agency."""
        if told:
            await self._obligations.bulk_write([_addition(event, facts) for event, facts in told], session=session)
        await self._raise("book", len(told), session)

    async def put_days(self, days: Sequence[StoredDay], session: Session) -> None:
        """Keep when the log first stored each day."""
        if days:
            writes = [
                UpdateOne({"_id": one.day.isoformat()}, {"$min": {"at": _microseconds(one.at)}}, upsert=True)
                for one in days
            ]
            await self._days.bulk_write(writes, session=session)
        await self._raise("days", len(days), session)

    async def forget_book(self) -> None:
        """Plans and assignments only; days and outputs stay."""
        await self._plans.delete_many({})
        await self._obligations.delete_many({})

    async def version(self) -> Version:
        document = await self._versions.find_one({"_id": VIEW}) or {}
        return Version(book=document.get("book", 0), days=document.get("days", 0))

    async def days(self) -> list[StoredDay]:
        """Every day, in the order in which the log stored them."""
        cursor = self._days.find({}).sort("at", ASCENDING)
        return [StoredDay(date.fromisoformat(d["_id"]), EPOCH + d["at"] * MICROSECOND) async for d in cursor]

    async def last_day(self) -> date | None:
        """The latest day that the log holds."""
        document = await self._days.find_one({}, sort=[("_id", DESCENDING)])
        return date.fromisoformat(document["_id"]) if document else None

    async def book(self) -> Book:
        plans = await self._published()
        duties = {(plan.plan, duty.id): duty for plan in plans for duty in plan.duties}
        obligations = []
        async for document in self._obligations.find({}):
            duty = duties.get((document["plan"], document["duty"]))
            who = deliverers_of(document)
            if duty is None or not who:
                continue
            obligations.append(
                Obligation(
                    plan=document["plan"],
                    duty=duty,
                    agency=document["agency"],
                    deliverers=who,
                    dues=_dues(document),
                )
            )
        return Book(plans, obligations)

    # Outputs and receipts.

    async def receipts(self, ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        """The receipts that exist already, by event id: subject and bytes, exactly as they went out."""
        cursor = self._outbox.find({"_id": {"$in": list(ids)}}, {"subject": 1, "body": 1})
        return {d["_id"]: (d["subject"], bytes(d["body"])) async for d in cursor}

    async def bodies(self, begin: str) -> list[bytes]:
        """The bytes of the events that the service told under ids that begin so."""
        cursor = self._outbox.find({"_id": {"$gte": begin, "$lt": begin + "~"}}, {"body": 1})
        return [bytes(d["body"]) async for d in cursor]

    async def claims(self, names: Sequence[str], session: Session | None = None) -> dict[str, str]:
        """Who holds each of these names; names that nobody holds are absent."""
        cursor = self._claims.find({"_id": {"$in": list(names)}}, session=session)
        return {d["_id"]: d["holder"] async for d in cursor}

    async def add_outputs(
        self,
        outputs: Sequence[dict[str, Any]],
        rejections: Sequence[dict[str, Any]],
        claims: Mapping[str, str],
        session: Session,
    ) -> None:
        """Write a batch; a document or a claim that another batch wrote meanwhile aborts the transaction."""
        if outputs:
            await self._outputs.insert_many(outputs, session=session)
        if rejections:
            await self._rejections.insert_many(rejections, session=session)
        if claims:
            await self._claims.insert_many(
                [{"_id": name, "holder": holder} for name, holder in claims.items()], session=session
            )

    # For an agency that asks how it stands.

    async def owing(self, agency: str) -> list[Owing]:
        """What the agency may deliver, alone or jointly."""
        titles = {(plan.plan, duty.id): duty.title for plan in await self._published() for duty in plan.duties}
        mine = {"$or": [{"agency": agency}, {"parts.jointly_with": agency}]}
        return [
            Owing(d["plan"], d["duty"], titles[d["plan"], d["duty"]], d["agency"], _facts(d))
            async for d in self._obligations.find(mine)
            if (d["plan"], d["duty"]) in titles and agency in deliverers_of(d)
        ]

    async def delivered(self, leading: Sequence[str]) -> dict[str, list[Fact]]:
        """What was delivered to occurrences that stand under one of these agencies, and reviewed, by occurrence.

        Of outputs of the same days that nobody reviewed one stands for all: more change no state, and there may be
        thousands.
        """
        found: dict[str, list[Fact]] = {}
        theirs, reviewed = {"occurrence.agency": {"$in": list(leading)}}, f"{REVIEWS}.0"
        alike = {field: f"${field}" for field in ("occurrence", "day", "published_on")}
        async for d in self._outputs.aggregate(
            [
                {"$match": theirs | {reviewed: {"$exists": False}}},
                {"$group": {"_id": alike, "output": {"$min": "$_id"}}},
            ]
        ):
            found.setdefault(_occurrence(d["_id"]), []).append(_delivered(d["output"], d["_id"]))
        async for d in self._outputs.find(theirs | {reviewed: {"$exists": True}}, _OF_AN_OUTPUT):
            found.setdefault(_occurrence(d), []).extend(_told_of(d))
        return found

    async def facts(self, key: OccurrenceKey) -> list[Fact]:
        """All that is told of one occurrence, its deliveries and their reviews included."""
        told = await self._obligations.find_one({"_id": f"{key.plan}/{key.duty}/{key.agency}"}) or {}
        named = {f"occurrence.{name}": value for name, value in key.model_dump().items()}
        found = self._outputs.find(named, _OF_AN_OUTPUT)
        delivered = [fact async for output in found for fact in _told_of(output)]
        return [*_facts(told).get(key.period, ()), *delivered]

    # All of it, a page at a time, for those who compare.

    async def receipt_pages(self) -> AsyncIterator[dict[str, str]]:
        """The receipts in the outbox, their kind (recorded, rejected) by the id of what they answer."""
        cursor = self._outbox.find({"_id": {"$gte": RECEIPT, "$lt": RECEIPT + "~"}}, {"subject": 1})
        async for page in _pages(cursor):
            yield {d["_id"].removeprefix(RECEIPT): d["subject"].split(".")[2] for d in page}

    async def kept(self, kind: str, ids: Sequence[str]) -> set[str]:
        """Which of these are kept as recorded, or as rejected."""
        return {d["_id"] async for d in self._kind(kind).find({"_id": {"$in": list(ids)}}, {"_id": 1})}

    async def kept_pages(self, kind: str) -> AsyncIterator[list[str]]:
        """All that are kept as recorded, or as rejected."""
        async for page in _pages(self._kind(kind).find({}, {"_id": 1})):
            yield [d["_id"] for d in page]

    async def shown(self) -> AsyncIterator[list[tuple[str, str, tuple[str, ...]]]]:
        """The outputs that name evidence: id, agency and the files' SHA-256."""
        fields = {"agency": 1, "evidence": 1}
        async for page in _pages(self._outputs.find({"evidence.0": {"$exists": True}}, fields)):
            yield [(d["_id"], d["agency"], tuple(d["evidence"])) for d in page]

    async def revisions(self) -> dict[str, int]:
        """The revision of each plan."""
        return {d["_id"]: int(d["revision"]) async for d in self._plans.find({}, {"revision": 1})}

    async def dues(self) -> AsyncIterator[Due]:
        """Every occurrence that is due by the copy."""
        async for document in self._obligations.find({}):
            for due in _dues(document).values():
                yield due

    async def _published(self) -> list[PlanPublished]:
        return [PlanPublished.model_validate(d["plan"]) async for d in self._plans.find({})]

    def _kind(self, kind: str) -> Any:
        return self._outputs if kind == "recorded" else self._rejections

    async def _raise(self, what: str, by: int, session: Session) -> None:
        if by:
            write = UpdateOne({"_id": VIEW}, {"$inc": {what: by}}, upsert=True)
            await self._versions.bulk_write([write], session=session)


async def _pages(cursor: Any) -> AsyncIterator[list[dict[str, Any]]]:
    page: list[dict[str, Any]] = []
    async for document in cursor.batch_size(PAGE):
        page.append(document)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _addition(event: DutyEvent, facts: Sequence[tuple[OccurrenceKey, Fact]]) -> UpdateOne:
    told = [{"period": key.period, **fact.model_dump(mode="json")} for key, fact in facts]
    fixed: dict[str, Any] = {"plan": event.plan, "duty": event.duty, "agency": event.agency}
    added: dict[str, Any] = {"facts": {"$each": told}}
    if isinstance(event, DutyAssigned):
        added["parts"] = {"revision": event.revision, "jointly_with": list(event.jointly_with), "withdrawn": False}
    elif isinstance(event, DutyWithdrawn) and event.entirely:
        added["parts"] = {"revision": event.revision, "jointly_with": [], "withdrawn": True}
    identity = f"{event.plan}/{event.duty}/{event.agency}"
    return UpdateOne({"_id": identity}, {"$setOnInsert": fixed, "$addToSet": added}, upsert=True)


def _microseconds(at: datetime) -> int:
    """MongoDB's own dates end at the millisecond: too coarse to tell what the log stored first."""
    return (at - EPOCH) // MICROSECOND


def _occurrence(told: Mapping[str, Any]) -> str:
    return str(OccurrenceKey.model_validate(told["occurrence"]))


def _delivered(output: str, days: Mapping[str, Any]) -> Delivered:
    return Delivered(event=RECEIPT + output, day=days["day"], output=output, published_on=days["published_on"])


def _told_of(output: Mapping[str, Any]) -> Iterator[Fact]:
    """That it was delivered, and its reviews."""
    yield _delivered(output["_id"], output)
    for review in reviews_of(output):
        yield from (fact for _, fact in facts_of(review_id(review), review))


def _facts(document: Mapping[str, Any]) -> dict[str, list[Fact]]:
    by_period: dict[str, list[Fact]] = {}
    for told in document.get("facts", []):
        fact = FACT.validate_python({k: v for k, v in told.items() if k != "period"})
        by_period.setdefault(told["period"], []).append(fact)
    return by_period


def _dues(document: Mapping[str, Any]) -> dict[str, Due]:
    dues = {}
    for period, facts in _facts(document).items():
        stands = standing(facts, date.max)
        if stands is not None:
            key = OccurrenceKey(plan=document["plan"], duty=document["duty"], agency=document["agency"], period=period)
            dues[period] = Due(key, stands.start, stands.due, stands.register_by)
    return dues
