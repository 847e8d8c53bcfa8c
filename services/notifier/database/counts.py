"""How many digests are in which state, for whoever waits until all mails have come to their end."""

from services.notifier.database import documents
from services.notifier.sending.queue import State
from shared.mongo import Mongo, Session

# The match makes it a walk over the index: the documents hold the bytes of mails.
_EACH: list[documents.Document] = [
    {"$match": {"state": {"$in": list(State)}}},
    {"$group": {"_id": {"state": "$state", "waits": {"$ne": ["$next_try", None]}}, "count": {"$sum": 1}}},
]


class Counts:
    """Part of the service's database: see `Store`."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._digests = mongo.db["digests"]

    async def __call__(self) -> dict[str, int]:
        """How many digests there are in each state, and how many of all are `pending`, at one moment: what is claimed
        or put back meanwhile is seen once."""

        async def read(session: Session) -> list[documents.Document]:
            return [row async for row in self._digests.aggregate(_EACH, session=session)]

        return documents.counts(await self._mongo.transact(read))
