"""All that the notifier keeps in MongoDB: its copy of the facts, the rungs that are done, and the digests."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence, Set
from contextlib import suppress
from datetime import date, datetime, timedelta

from services.notifier.bounded import bounded
from services.notifier.database import documents
from services.notifier.database.counts import Counts
from services.notifier.database.marks import Marks
from services.notifier.database.news_store import NewsStore
from services.notifier.database.threads import Threads
from services.notifier.rules import Digest, Mark
from services.notifier.sending.queue import Queued, State
from services.notifier.sending.settling import LONGEST_BACKOFF
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, Fact, fold
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from shared.mongo import DuplicateKeyError, Mongo, ReturnDocument, Session, UpdateOne

Document = documents.Document
RESTORE = "restore"
# Longer than any wait for a next try.
LONGEST_WAIT = 2 * LONGEST_BACKOFF
PAGE = 500


class Store:
    """The service's database."""

    def __init__(self, mongo: Mongo) -> None:
        self._plans = mongo.db["plans"]
        self._accounts = mongo.db["accounts"]
        self._days = mongo.db["days"]
        self._rungs = mongo.db["rungs"]
        self._digests = mongo.db["digests"]
        self._doubts = mongo.db["doubts"]
        self.returned = Marks(mongo)
        self.news = NewsStore(mongo)
        self.counts = Counts(mongo)
        self.threads = Threads(mongo)
        self._parsed: dict[str, PlanPublished] = {}

    async def ensure_indexes(self) -> None:
        await self._accounts.create_index([("plan", 1), ("owed", 1), ("register_by", 1)])
        await self._accounts.create_index([("plan", 1), ("owed", 1), ("key.agency", 1), ("register_by", 1)])
        await self._days.create_index([("day", 1)])
        await self._rungs.create_index([("occurrence", 1), ("rung", 1), ("recipient", 1)], unique=True)
        await self._rungs.create_index([("digest", 1)])
        await self._digests.create_index([("state", 1), ("next_try", 1)])
        await self._digests.create_index([("short", 1)])
        await self.returned.ensure_indexes()
        await self.news.ensure_indexes()
        # In the order in which they are claimed, so that a claim looks at those alone that it takes.
        await self._digests.create_index([("plan", 1), ("state", 1), ("day", 1), ("_id", 1)])

    # The view: plans and accounts, rebuilt from the log at will.

    async def put_plan(self, plan: PlanPublished) -> None:
        """Keep the plan unless a revision as high is there already."""
        document = {"revision": plan.revision, "event": plan.model_dump(mode="json")}
        older = {"_id": plan.plan, "revision": {"$lt": plan.revision}}
        with suppress(DuplicateKeyError):
            await self._plans.replace_one(older, document, upsert=True)

    async def plans(self) -> list[PlanPublished]:
        """Every plan, at its highest revision."""
        plans = []
        async for row in self._plans.find({}, {"revision": 1}).sort("_id", 1):
            plan = self._parsed.get(row["_id"])
            # Asked for before every mail: a revision is read and validated once.
            if plan is None or plan.revision != row["revision"]:
                document = await self._plans.find_one({"_id": row["_id"]}) or {}
                plan = self._parsed[row["_id"]] = PlanPublished.model_validate(document.get("event"))
            plans.append(plan)
        return plans

    async def add_facts(self, told: Sequence[tuple[OccurrenceKey, Fact]], session: Session) -> None:
        """Fold the facts into their accounts, as far as they are kept; those that are known change nothing."""
        known = await self.accounts([key for key, _ in told], session)
        changed: dict[OccurrenceKey, Account] = {}
        for key, fact in told:
            before = changed.get(key) or known.get(key) or Account(key)
            after = bounded(fold(before, fact))
            if after != before:
                changed[key] = after
        if changed:
            await self._accounts.bulk_write([documents.account_write(one) for one in changed.values()], session=session)

    async def accounts(
        self, keys: Iterable[OccurrenceKey], session: Session | None = None
    ) -> dict[OccurrenceKey, Account]:
        """The accounts of these occurrences, as far as there are any."""
        wanted = {"_id": {"$in": [str(key) for key in keys]}}
        found = self._accounts.find(wanted, session=session, batch_size=PAGE)
        read = [documents.account(document) async for document in found]
        return {account.key: account for account in read}

    async def owed(self, plan: str, until: date, session: Session | None, agencies: Set[str] | None) -> list[Account]:
        """What nobody has met or excused and whose `register_by` isn't after `until`: the plan's, or of `agencies`."""
        query: Document = {"plan": plan, "owed": True, "register_by": {"$lte": until.isoformat()}}
        if agencies is not None:
            query["key.agency"] = {"$in": list(agencies)}
        return [
            documents.account(document) async for document in self._accounts.find(query, session=session).sort("_id", 1)
        ]

    async def every_account(self) -> AsyncIterator[Account]:
        """The whole view, one account after another."""
        async for document in self._accounts.find({}):
            yield documents.account(document)

    async def forget_view(self) -> None:
        """Drop the copy of the facts; rungs, digests and days are the service's own and stay."""
        self._parsed.clear()
        await self._plans.delete_many({})
        await self._accounts.delete_many({})

    # Days and decisions.

    async def last_day(self, session: Session | None = None) -> date | None:
        """The last day that was handled."""
        found = await self._days.find_one({}, sort=[("day", -1)], session=session)
        return date.fromisoformat(found["day"]) if found else None

    async def is_decided(self, plan: str, day: date, session: Session) -> bool:
        return await self._days.find_one({"_id": f"{day}/{plan}"}, session=session) is not None

    async def put_decided(self, plan: str, day: date, session: Session) -> None:
        await self._days.insert_one({"_id": f"{day}/{plan}", "day": day.isoformat()}, session=session)

    async def put_day(self, day: date) -> None:
        """The day is handled, for all plans."""
        await self._days.update_one({"_id": day.isoformat()}, {"$set": {"day": day.isoformat()}}, upsert=True)

    async def marks(self, accounts: Iterable[Account], session: Session) -> list[Mark]:
        """Every rung that is done for these occurrences."""
        keys = {str(account.key): account.key for account in accounts}
        found = self._rungs.find({"occurrence": {"$in": list(keys)}}, session=session)
        return [
            Mark(keys[row["occurrence"]], Rung(row["rung"]), row["recipient"], row["passed"]) async for row in found
        ]

    async def put_decision(
        self, digests: Sequence[Digest], marks: Sequence[Mark], day: date, now: datetime, session: Session
    ) -> None:
        """Raises BulkWriteError where a rung or a digest of that key is there already."""
        if marks:
            await self._rungs.insert_many([documents.rung(mark, day) for mark in marks], session=session)
        if digests:
            await self._digests.insert_many([documents.digest(digest, now) for digest in digests], session=session)

    async def supersede(self, plan: str, day: date, session: Session) -> int:
        """Cancel the plan's digests of earlier days that nobody was sent, and free their rungs; how many.

        Who is on the way with one finds the claim gone before the final dot.
        """
        unsent = [{"state": State.QUEUED}, {"state": State.SENDING, "handed": False, "resends": 0}]
        query = {"plan": plan, "day": {"$lt": day.isoformat()}, "accepted": [], "$or": unsent}
        found = [row["_id"] async for row in self._digests.find(query, {"_id": 1}, session=session)]
        if found:
            await self._digests.update_many({"_id": {"$in": found}}, documents.superseding(day), session=session)
            await self._rungs.delete_many({"digest": {"$in": found}, "passed": False}, session=session)
        return len(found)

    # Doubt after a restore: until which day mails may have gone out that the backup doesn't know.

    async def put_doubt(self, until: date) -> date:
        """Doubt what was mailed up to and on that day, or the one of an earlier restore if that is later; which."""
        value = {"$max": {"until": until.isoformat()}}
        after = ReturnDocument.AFTER
        found = await self._doubts.find_one_and_update({"_id": RESTORE}, value, upsert=True, return_document=after)
        return date.fromisoformat(found["until"])

    async def doubted_until(self) -> date | None:
        """The last day that a restore put in doubt, None where there was none."""
        found = await self._doubts.find_one({"_id": RESTORE})
        return date.fromisoformat(found["until"]) if found else None

    async def doubt(self, plan: str, session: Session) -> date | None:
        """The last day of doubt, until the plan has decided a later one."""
        found = await self._doubts.find_one({"_id": RESTORE}, session=session)
        if found is None:
            return None
        settled = {"_id": f"plan/{plan}", "until": found["until"]}
        if await self._doubts.find_one(settled, session=session) is not None:
            return None
        return date.fromisoformat(found["until"])

    async def settle_doubt(self, plan: str, until: date, session: Session) -> None:
        value = {"$set": {"until": until.isoformat()}}
        await self._doubts.update_one({"_id": f"plan/{plan}"}, value, upsert=True, session=session)

    async def put_doubtful(self, marks: Sequence[Mark], day: date, session: Session) -> None:
        """The rungs are done, by no digest that could free them again."""
        if marks:
            rows = [{**documents.rung(mark, day), "digest": None} for mark in marks]
            await self._rungs.insert_many(rows, session=session)

    async def open_digests(self) -> list[Queued]:
        """Every digest that isn't at its end."""
        found = self._digests.find({"$or": [{"next_try": {"$ne": None}}, {"state": State.SENDING}]})
        return [documents.queued(document) async for document in found]

    async def end(self, ended: Queued, session: Session) -> None:
        """Write the last word about a digest, whoever has claimed it."""
        fields = {"state": ended.state, "next_try": None, "claim": None, "lease": None, "reason": ended.reason}
        await self._digests.update_one({"_id": ended.digest.key}, {"$set": fields}, session=session)

    async def mailed(self) -> AsyncIterator[tuple[tuple[str, str, str], bool]]:
        """Occurrence, rung and recipient of every rung that wasn't passed over, and whether its digest was sent."""
        page: list[Document] = []
        async for row in self._rungs.find({"passed": False}).batch_size(PAGE):
            page.append(row)
            if len(page) == PAGE:
                for one in await self._with_fate(page):
                    yield one
                page.clear()
        for one in await self._with_fate(page):
            yield one

    async def _with_fate(self, page: Sequence[Document]) -> list[tuple[tuple[str, str, str], bool]]:
        query = {"_id": {"$in": [row["digest"] for row in page]}, "state": State.SENT}
        sent = {row["_id"] async for row in self._digests.find(query, {"_id": 1})}
        return [((row["occurrence"], row["rung"], row["recipient"]), row["digest"] in sent) for row in page]

    # Digests on their way.

    async def claim(self, plan: str, day: date | None, now: datetime, lease: timedelta, most: int) -> list[Queued]:
        """Take up to so many digests to send; nobody else gets them until the lease ends.

        With a `day`, what nobody was sent yet must be of that day. An uncertain one is taken once.
        """
        # Nobody waits for long: what seems to was written by a clock that was wrong.
        due = {"$not": {"$gt": now, "$lte": now + LONGEST_WAIT}, "$ne": None}
        fresh: Document = {"state": State.QUEUED, "next_try": due, "plan": plan}
        if day is not None:
            fresh["$or"] = [{"day": day.isoformat()}, {"accepted": {"$ne": []}}]
        uncertain = {"state": State.UNKNOWN, "next_try": due, "plan": plan}
        claimed: list[Queued] = []
        for query, resends in ((fresh, 0), (uncertain, 1)):
            if len(claimed) < most:
                claimed += await self._claim(query, resends, lease, most - len(claimed))
        return claimed

    async def _claim(self, query: Document, resends: int, lease: timedelta, most: int) -> list[Queued]:
        free = self._digests.find(query, {"_id": 1}).sort([("day", 1), ("_id", 1)]).limit(most)
        ids = [row["_id"] async for row in free]
        if not ids:
            return []
        held = _held(lease)
        counted = {"attempts": {"$add": ["$attempts", 1]}, "resends": {"$add": ["$resends", resends]}}
        taken = {"state": State.SENDING, "next_try": None, "handed": False, **counted, **held}
        # Another sender may have taken some of them since: those don't fit the query any more.
        if not (await self._digests.update_many({"_id": {"$in": ids}, **query}, [{"$set": taken}])).modified_count:
            return []
        ours = self._digests.find({"_id": {"$in": ids}, "claim": held["claim"]}).sort([("day", 1), ("_id", 1)])
        return [documents.queued(document) async for document in ours]

    async def renew(self, claims: Sequence[Queued], lease: timedelta) -> set[str]:
        """Hold them for that long from now; the keys of those that are still held by the claim that each carries."""
        return await self._write_held(claims, [[{"$set": {"lease": _from_now(lease)}}]] * len(claims))

    async def lapsed(self, lease: timedelta) -> list[Queued]:
        """The digests whose lease has run out, or is longer than any that is given (MongoDB's clock was wrong)."""
        found = self._digests.find({"state": State.SENDING, "$expr": _is_lapsed(lease)})
        return [documents.queued(document) async for document in found]

    async def take_over(self, lost: Queued, lease: timedelta) -> Queued | None:
        """The digest under a claim of our own, from a sender that is gone; None if it has renewed its lease, or
        another one was first."""
        found = await self._digests.find_one_and_update(
            {**documents.claim_of(lost), "$expr": _is_lapsed(lease)},
            [{"$set": _held(lease)}],
            return_document=ReturnDocument.AFTER,
        )
        return documents.queued(found) if found is not None else None

    async def held(self, claims: Sequence[Queued], session: Session | None = None) -> set[str]:
        """The keys of those digests that are still held by the claim that each carries."""
        claim = {one.digest.key: one.claim for one in claims}
        query = {"_id": {"$in": list(claim)}, "state": State.SENDING}
        found = self._digests.find(query, {"claim": 1}, session=session)
        return {row["_id"] async for row in found if row["claim"] == claim[row["_id"]]}

    async def freeze(self, claims: Sequence[Queued]) -> set[str]:
        """Fix the bytes before they are handed over; the keys of those that are still held by the claim that each
        carries. They name what was stored: see `freeze_anew`."""
        # Beside the loop, on which mails go out meanwhile: packing lets go of the interpreter.
        updates = await asyncio.to_thread(lambda: [documents.fixing(one) for one in claims])
        return await self._write_held(claims, updates)

    async def freeze_anew(self, held: Queued, session: Session) -> None:
        """Fix bytes that name less than what was stored, whose rungs are free then, or that tell the coordinator's
        news. It is held, by this session's own look."""
        await self._digests.update_one(documents.claim_of(held), documents.fixing(held), session=session)
        await self._free([held], session)
        if held.telling:
            await self.news.put_told(held.digest.key, held.telling, session)

    async def hand_over(self, claims: Sequence[Queued]) -> set[str]:
        """The final dot of these may go out now, and who finds them so can't know whether it did; the keys of those
        that are still held by the claim that each carries."""
        return await self._write_held(claims, [{"$set": {"handed": True}}] * len(claims))

    async def _write_held(self, claims: Sequence[Queued], updates: Sequence[Document | list[Document]]) -> set[str]:
        """Write those that are held by the claim that each carries; their keys."""
        writes = [UpdateOne(documents.claim_of(one), update) for one, update in zip(claims, updates, strict=True)]
        if (await self._digests.bulk_write(writes, ordered=False)).matched_count == len(claims):
            return {one.digest.key for one in claims}
        # A claim is never given twice: who holds it now held it then.
        return await self.held(claims)

    async def cancel(self, held: Queued, reason: str, session: Session) -> None:
        """Nothing is left to remind of: the digest ends, its rungs are free again. What it named stays."""
        fields: Document = {"state": State.CANCELLED, "frozen": None, "reason": reason}
        await self._digests.update_one(documents.claim_of(held), {"$set": fields}, session=session)
        await self._rungs.delete_many({"digest": held.digest.key, "passed": False}, session=session)

    async def settle(self, held: Sequence[Queued], session: Session) -> None:
        """Write the end of an attempt under the claim that each carries, and free the rungs of what it no longer
        names. Each is held, by this session's own look."""
        writes = [UpdateOne(documents.claim_of(one), {"$set": documents.settled(one)}) for one in held]
        await self._digests.bulk_write(writes, ordered=False, session=session)
        await self._free([one for one in held if not one.handed], session)

    async def _free(self, held: Sequence[Queued], session: Session) -> None:
        """Free the rungs of what these name no more, which is rare."""
        if not held:
            return
        named = {one.digest.key: {str(item.occurrence) for item in one.digest.items} for one in held}
        rungs = self._rungs.find({"digest": {"$in": list(named)}, "passed": False}, session=session)
        freed = [row["_id"] async for row in rungs if row["occurrence"] not in named[row["digest"]]]
        if freed:
            await self._rungs.delete_many({"_id": {"$in": freed}}, session=session)


def _held(lease: timedelta) -> Document:
    return {"claim": uuid.uuid4().hex, "lease": _from_now(lease)}


def _from_now(lease: timedelta) -> Document:
    return {"$add": ["$$NOW", lease // timedelta(milliseconds=1)]}


def _is_lapsed(lease: timedelta) -> Document:
    return {"$or": [{"$lte": ["$lease", "$$NOW"]}, {"$gt": ["$lease", _from_now(2 * lease)]}]}
