"""What agencies show that they are who they say over HTTP: a bearer token each, of which only a hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from shared.mongo import Mongo

# So that who finds one in a file knows what it is, and scanners of repositories do.
PREFIX = "dondoc_"
_BYTES = 32


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
        self._all = mongo.db["credentials"]

    async def ensure_indexes(self) -> None:
        await self._all.create_index([("agency", ASCENDING)])

    async def add(self, token: str, agency: str, now: datetime, ends: datetime | None = None) -> None:
        await self._all.insert_one({"_id": _hash(token), "agency": agency, "made": now, "ends": ends})

    async def find(self, token: str) -> Credential | None:
        """The credential, also one that has ended; None for a token that never was one."""
        document = await self._all.find_one({"_id": _hash(token)})
        return _credential(document) if document else None

    async def end(self, agency: str, at: datetime) -> int:
        """Let all the agency's tokens end at that moment, if they don't sooner; how many are concerned."""
        sooner = {"agency": agency, "$or": [{"ends": None}, {"ends": {"$gt": at}}]}
        return int((await self._all.update_many(sooner, {"$set": {"ends": at}})).modified_count)

    async def of(self, agency: str | None = None) -> Sequence[Credential]:
        """The agency's, or everybody's, by agency and age."""
        found = self._all.find({} if agency is None else {"agency": agency})
        return [_credential(d) async for d in found.sort([("agency", ASCENDING), ("made", ASCENDING)])]


def counts(credential: Credential, now: datetime) -> bool:
    """Whether it opens anything at that moment."""
    return credential.ends is None or now < credential.ends


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _credential(document: dict[str, Any]) -> Credential:
    return Credential(document["_id"][:12], document["agency"], document["made"], document["ends"])
