"""What the coordinator has heard of, as the notifier keeps it in MongoDB: by the digest that told it."""

from collections.abc import Collection

from services.notifier.database import documents
from services.notifier.letters.news import News, news, replies_in
from services.notifier.sending.queue import State
from shared.mongo import Mongo, Session, UpdateOne


class NewsStore:
    """Part of the service's database: see `Store`. `told` holds the answers, by their events' ids."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._marked = mongo.db["marked"]
        self._told = mongo.db["told"]
        self._accounts = mongo.db["accounts"]
        self._digests = mongo.db["digests"]

    async def ensure_indexes(self) -> None:
        await self._mongo.ensure_collections("told")

    async def untold(self, plan: str, digest: str, session: Session | None = None, mails: int = 0) -> News:
        """The plan's news of which no mail told the coordinator, except the `digest` that is being written; what is
        left of them after so many `mails` more."""
        marks = [row async for row in self._marked.find({"plan": plan}, session=session).sort("_id", 1)]
        owed = {"plan": plan, "answered": True, "owed": True}
        accounts = [documents.account(row) async for row in self._accounts.find(owed, session=session)]
        replies = [reply for account in accounts for reply in replies_in(account)]
        known = {"_id": {"$in": [one.answer.event for one in replies]}}
        told = {row["_id"]: row["digest"] async for row in self._told.find(known, session=session)} if replies else {}
        by = {*told.values(), *(row["told"] for row in marks)} - {None, digest}
        went = await self._went(by, session)
        return news(
            [documents.read_mark(row) for row in marks if row["told"] not in went],
            [one for one in replies if told.get(one.answer.event) not in went],
            mails,
        )

    async def put_told(self, digest: str, told: News, session: Session) -> None:
        """The digest tells of these."""
        if told.returned:
            query = {"_id": {"$in": [one.address.lower() for one in told.returned]}}
            await self._marked.update_many(query, {"$set": {"told": digest}}, session=session)
        if told.replies:
            told_by = {"$set": {"digest": digest}}  # a mail that named it before never went
            writes = [UpdateOne({"_id": one.answer.event}, told_by, upsert=True) for one in told.replies]
            await self._told.bulk_write(writes, session=session)

    async def _went(self, digests: Collection[str], session: Session | None) -> set[str]:
        """Those that the coordinator has, or may have."""
        if not digests:
            return set()
        ended = {"frozen": {"$ne": None}, "state": {"$nin": [State.FAILED, State.CANCELLED]}}
        found = self._digests.find({"_id": {"$in": list(digests)}, **ended}, {"_id": 1}, session=session)
        return {row["_id"] async for row in found}
