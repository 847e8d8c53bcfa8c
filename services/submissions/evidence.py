"""The files that agencies keep as evidence."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo import ASCENDING

from shared.contracts.evidence import KeptEvidence
from shared.file_store import FileStore, chunks_in
from shared.mongo import DuplicateKeyError, Mongo, Session

BUCKET, SUMS = "evidence", "evidence.sums"

Named = tuple[str, str]  # agency, SHA-256


class Full(Exception):
    """The agency would keep more than it may."""


class Stored(NamedTuple):
    """A kept file, and where its bytes are."""

    file: KeptEvidence
    id: ObjectId
    chunks: int


class Evidence(FileStore):
    """All agencies' files, each found by its agency and SHA-256."""

    def __init__(self, mongo: Mongo) -> None:
        super().__init__(mongo, BUCKET)
        self._sums = mongo.db[SUMS]

    async def ensure_indexes(self) -> None:
        await super().ensure_indexes()
        await self.mongo.ensure_collections(SUMS)
        await self.files.create_index([("agency", ASCENDING), ("sha256", ASCENDING)], unique=True)
        await self.files.create_index([("sha256", ASCENDING), ("agency", ASCENDING)])

    async def keep(
        self, upload: ObjectId, agency: str, file: KeptEvidence, now: datetime, most: int
    ) -> tuple[KeptEvidence, bool]:
        """Make the upload the agency's file, and say whether it is new: the same bytes may be kept already.

        Raises Full where the agency's files would be more than `most` bytes, Retry where a sweep was first.
        """
        try:
            return await self.mongo.transact(lambda session: self._keep(upload, agency, file, now, most, session))
        except DuplicateKeyError:  # the other upload of the same bytes was faster
            return await self.mongo.transact(lambda session: self._keep(upload, agency, file, now, most, session))

    async def _keep(
        self, upload: ObjectId, agency: str, file: KeptEvidence, now: datetime, most: int, session: Session
    ) -> tuple[KeptEvidence, bool]:
        known = await self.files.find_one({"agency": agency, "sha256": file.evidence}, session=session)
        if known is not None:
            return _stored(known).file, False
        await self.take(upload, session)
        spent = {"$inc": {"bytes": file.bytes, "files": 1}}
        await self._sums.update_one({"_id": agency}, spent, upsert=True, session=session)
        spend = await self._sums.find_one({"_id": agency}, session=session)
        if spend is None or spend["bytes"] > most:
            raise Full
        told = {"filename": file.name, "agency": agency, "sha256": file.evidence, "type": file.type.value}
        await self.name(upload, file.bytes, now, told, session)
        return file, True

    async def spent(self, agency: str) -> int:
        """How many bytes the agency keeps."""
        document = await self._sums.find_one({"_id": agency})
        return int(document["bytes"]) if document else 0

    async def find(self, agency: str | None, sha256: str) -> Stored | None:
        """The agency's file, or without one the first agency's that keeps it; None where there is no such one."""
        of = {"agency": agency} if agency is not None else {}
        document = await self.files.find_one({**of, "sha256": sha256}, sort=[("agency", ASCENDING)])
        return _stored(document) if document else None

    def read(self, stored: Stored) -> AsyncIterator[bytes]:
        """The file's bytes, chunk by chunk. Raises LookupError where one is missing."""
        return self.pieces(stored.id, stored.chunks, stored.file.evidence)

    async def kept(self, named: Collection[Named]) -> set[Named]:
        """Which of these are kept, by one query."""
        sought: dict[str, set[str]] = {}
        for agency, sha256 in named:
            sought.setdefault(agency, set()).add(sha256)
        either = [{"agency": agency, "sha256": {"$in": sorted(its)}} for agency, its in sought.items()]
        found = self.files.find({"$or": either}, {"agency": 1, "sha256": 1})
        return {(document["agency"], document["sha256"]) async for document in found}

    # All of it, for those who compare.

    async def every(self) -> AsyncIterator[tuple[str, Stored]]:
        """Every kept file and its agency."""
        async for document in self.files.find({}):
            yield document["agency"], _stored(document)

    async def sums(self) -> dict[str, int]:
        """How many bytes each agency keeps, as they are counted."""
        return {document["_id"]: int(document["bytes"]) async for document in self._sums.find({})}


def _stored(document: dict[str, Any]) -> Stored:
    file = KeptEvidence(
        evidence=document["sha256"], name=document["filename"], type=document["type"], bytes=document["length"]
    )
    return Stored(file, document["_id"], chunks_in(document))
