"""Officers in MongoDB: the list, which the log can give again, and the hashes of their tokens, which it never holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reports.desk.secret_text import hash_of
from shared.contracts.officers import OfficerListed, Role
from shared.mongo import Mongo, ReturnDocument, Session, UpdateOne

REVISION = "revision"


@dataclass(frozen=True)
class Officer:
    """Somebody who may sign in. `token_made` is when the token for programs was made that counts now."""

    email: str
    name: str
    role: Role
    token_made: datetime | None = None


class OfficerStore:
    """Beside the view, and kept when that is rebuilt: signing in must not wait for it."""

    def __init__(self, mongo: Mongo) -> None:
        self._officers = mongo.db["officers"]
        self._counters = mongo.db["counters"]
        self._sessions = mongo.db["sessions"]

    async def ensure_indexes(self) -> None:
        await self._officers.create_index("token", unique=True, sparse=True)
        await self._sessions.create_index("email")
        # Made beforehand, so that two first changes meet at a document that is there.
        await self._counters.update_one({"_id": REVISION}, {"$max": {"count": 0}}, upsert=True)

    async def next_revision(self, session: Session) -> int:
        """One more than any before."""
        change = {"$inc": {"count": 1}}
        found = await self._counters.find_one_and_update(
            {"_id": REVISION}, change, session=session, return_document=ReturnDocument.AFTER
        )
        return int(found["count"])

    async def put(self, events: Sequence[OfficerListed], session: Session) -> None:
        """Take in what was told of officers; of an address the highest revision holds, whatever comes first."""
        if not events:
            return
        await self._officers.bulk_write([_put(event) for event in events], session=session)
        highest = max(event.revision for event in events)
        await self._counters.update_one({"_id": REVISION}, {"$max": {"count": highest}}, upsert=True, session=session)

    async def listed(self, session: Session | None = None) -> list[Officer]:
        """All officers, by address."""
        cursor = self._officers.find({"role": {"$ne": None}}, session=session).sort("_id", 1)
        return [_officer(document) async for document in cursor]

    async def find(self, email: str) -> Officer | None:
        found = await self._officers.find_one({"_id": email, "role": {"$ne": None}})
        return _officer(found) if found else None

    async def of_token(self, token: str) -> Officer | None:
        """Whose token for programs it is."""
        found = await self._officers.find_one({"token": hash_of(token), "role": {"$ne": None}})
        return _officer(found) if found else None

    async def keep_token(self, email: str, token: str | None, now: datetime, session: Session) -> None:
        """Put the token, or none, in the place of the one before."""
        change: dict[str, Any] = {"$unset": {"token": "", "token_made": ""}}
        if token is not None:
            change = {"$set": {"token": hash_of(token), "token_made": now}}
        await self._officers.update_one({"_id": email}, change, session=session)

    async def forget_keys(self, email: str, session: Session) -> None:
        """Nothing that was handed out to that address counts any more, also if it's listed again."""
        await self._officers.update_one({"_id": email}, {"$unset": {"token": "", "token_made": ""}}, session=session)
        await self._sessions.delete_many({"email": email}, session=session)


def _put(event: OfficerListed) -> UpdateOne:
    told = event.model_dump(mode="json", include={"name", "role", "revision", "by"})
    is_newer = {"$gt": [event.revision, {"$ifNull": ["$revision", 0]}]}
    # The address is a value here, never a field of an expression.
    change = {"$replaceWith": {"$cond": [is_newer, {"$mergeObjects": ["$$ROOT", {"$literal": told}]}, "$$ROOT"]}}
    return UpdateOne({"_id": event.email}, [change], upsert=True)


def _officer(document: dict[str, Any]) -> Officer:
    return Officer(document["_id"], document["name"], Role(document["role"]), document.get("token_made"))
