"""What was mailed about an occurrence before, as the notifier's database knows it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from services.notifier.rules import Digest
from shared.contracts.duties import OccurrenceKey
from shared.contracts.reminders import Rung
from shared.mongo import Mongo, Session


class Threads:
    """Part of the service's database: see `Store`."""

    def __init__(self, mongo: Mongo) -> None:
        self._rungs = mongo.db["rungs"]
        self._digests = mongo.db["digests"]

    async def first_mails(self, digests: Sequence[Digest]) -> list[str | None]:
        """For each digest the Message-ID of the first mail to its recipient, of an earlier day, that named one of its
        occurrences; None where nobody surely has one."""
        named = {str(item.occurrence) for digest in digests for item in digest.items}
        latest = max((digest.day for digest in digests), default=date.min)
        query: dict[str, Any] = {"occurrence": {"$in": list(named)}, "passed": False}
        query["day"] = {"$lt": latest.isoformat()}
        before: dict[tuple[str, str], list[str]] = defaultdict(list)
        async for row in self._rungs.find(query, {"occurrence": 1, "recipient": 1, "digest": 1}):
            before[row["occurrence"], row["recipient"]].append(row["digest"])
        if not before:
            return [None] * len(digests)
        went = {"_id": {"$in": [key for keys in before.values() for key in keys]}, "accepted": {"$ne": []}}
        found = self._digests.find(went, {"day": 1, "frozen.message_id": 1})
        mails = {row["_id"]: (row["day"], row["frozen"]["message_id"]) async for row in found}

        def first(digest: Digest) -> str | None:
            keys = {key for item in digest.items for key in before[str(item.occurrence), digest.recipient]}
            earlier = [mails[key] for key in keys & mails.keys() if mails[key][0] < digest.day.isoformat()]
            return min(earlier)[1] if earlier else None

        return [first(digest) for digest in digests]

    async def reached(
        self, keys: Iterable[OccurrenceKey], session: Session | None = None
    ) -> dict[OccurrenceKey, set[str]]:
        """By occurrence the recipients of whom one mailbox at least got a reminder of it: a server took that, and it
        didn't come back since. A copy to who directs them doesn't count, nor does the letter to be signed."""
        asked, reached = {str(key): key for key in keys}, defaultdict[OccurrenceKey, set[str]](set)
        query = {"occurrence": {"$in": list(asked)}, "passed": False, "rung": {"$ne": Rung.FOR_SIGNATURE}}
        rungs = [row async for row in self._rungs.find(query, session=session)]
        took = {"_id": {"$in": list({row["digest"] for row in rungs})}, "accepted": {"$ne": []}}
        fields = {"frozen.to": 1, "accepted": 1, "bounced": 1}
        arrived = {row["_id"] async for row in self._digests.find(took, fields, session=session) if _arrived(row)}
        for row in rungs:
            if row["digest"] in arrived:
                reached[asked[row["occurrence"]]].add(row["recipient"])
        return reached


def _arrived(row: dict[str, Any]) -> bool:
    came_back = {address for address, _ in row["bounced"]}
    return any(one in row["accepted"] and one not in came_back for one in row["frozen"]["to"])
