"""Mail that came back, and the addresses that aren't mailed any more, as the notifier keeps them in MongoDB."""

from services.notifier.bounces.unreachable import Marked
from services.notifier.database import documents
from services.notifier.sending.queue import Queued
from shared.mongo import Mongo, Session


class Marks:
    """Part of the service's database: see `Store`."""

    def __init__(self, mongo: Mongo) -> None:
        self._marked = mongo.db["marked"]
        self._digests = mongo.db["digests"]

    async def ensure_indexes(self) -> None:
        await self._marked.create_index([("plan", 1)])

    async def by_short(self, short: str) -> Queued | None:
        """The digest of that short name, by which a server reports of it."""
        found = await self._digests.find_one({"short": short})
        return documents.queued(found) if found is not None else None

    async def put_bounced(self, digest: str, address: str, reason: str, session: Session) -> None:
        """The digest's mail came back from that recipient."""
        came_back = {"$push": {"bounced": [address, reason]}}
        await self._digests.update_one({"_id": digest}, came_back, session=session)

    async def every(self) -> list[Marked]:
        """Every address that isn't mailed any more."""
        return [documents.read_mark(document) async for document in self._marked.find({}).sort("_id", 1)]

    async def put(self, mark: Marked, session: Session) -> None:
        """Mark an address; one that is marked keeps its first reason."""
        document = documents.marked(mark)
        new = {"$setOnInsert": document}
        await self._marked.update_one({"_id": document["_id"]}, new, upsert=True, session=session)

    async def remove(self, address: str) -> bool:
        """Mail it again; False if it wasn't marked."""
        return bool((await self._marked.delete_one({"_id": address.lower()})).deleted_count)
