"""What agencies show that they are who they say over HTTP: a bearer token each, of which only a hash is kept."""

import hashlib
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pymongo import ASCENDING

from shared.mongo import Mongo, Session

# So that who finds one in a file knows what it is, and scanners of repositories do.
PREFIX = "dondoc_"
_BYTES = 32

T = TypeVar("T")


@dataclass(frozen=True)
class Credential:
    """A token as it is kept: `mark` are the first characters of its hash, which tell it from others in lists and logs.

    It counts from `made` until `ends`; None is without end.
    """

    mark: str
    agency: str
    made: datetime
    ends: datetime | None


def make_token() -> str:
    """A new token, 256 bits of chance. It is shown once and kept nowhere."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


class Credentials:
    """All agencies' tokens. Each is looked up when it is used, so that one that was revoked ends at once."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._all = mongo.db["credentials"]
        self._turns = mongo.db["credentials.turns"]

    async def ensure_indexes(self) -> None:
        await self._all.create_index([("agency", ASCENDING)])

    async def alone(self, agency: str, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in a transaction of its own: who changes tokens of the same agency meanwhile waits for its end.

        Two that look and then write would each see what was there before the other.
        """

        async def take_turn(session: Session) -> T:
            await self._turns.update_one({"_id": agency}, {"$inc": {"turn": 1}}, session=session)
            return await work(session)

        # Made beforehand: of two transactions that make the same document one fails for good.
        await self._turns.update_one({"_id": agency}, {"$setOnInsert": {"turn": 0}}, upsert=True)
        return await self._mongo.transact(take_turn)

    async def add(
        self, token: str, agency: str, now: datetime, ends: datetime | None = None, session: Session | None = None
    ) -> None:
        document = {"_id": _hash(token), "agency": agency, "made": now, "ends": ends}
        await self._all.insert_one(document, session=session)

    async def find(self, token: str) -> Credential | None:
        """The credential, also one that has ended; None for a token that never was one."""
        document = await self._all.find_one({"_id": _hash(token)})
        return _credential(document) if document else None

    async def end(self, agency: str, at: datetime, session: Session | None = None) -> int:
        """Let all the agency's tokens end at that moment, if they don't sooner; how many are concerned."""
        sooner = {"agency": agency, "$or": [{"ends": None}, {"ends": {"$gt": at}}]}
        return int((await self._all.update_many(sooner, {"$set": {"ends": at}}, session=session)).modified_count)

    async def of(self, agency: str | None = None, session: Session | None = None) -> Sequence[Credential]:
        """The agency's, or everybody's, by agency and age."""
        found = self._all.find({} if agency is None else {"agency": agency}, session=session)
        return [_credential(d) async for d in found.sort([("agency", ASCENDING), ("made", ASCENDING)])]


def counts(credential: Credential, now: datetime) -> bool:
    """Whether it opens anything at that moment."""
    return credential.ends is None or now < credential.ends


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _credential(document: dict[str, Any]) -> Credential:
    return Credential(document["_id"][:12], document["agency"], document["made"], document["ends"])
