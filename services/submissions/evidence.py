"""The files that agencies keep as evidence, in the layout of GridFS; nothing of a half upload is ever found.

Source of the layout: MongoDB's GridFS specification. The driver's own writer buffers 48 MB a file, and can't make the
file known in the same transaction that counts it; so the chunks are written here. Any GridFS reader reads them.
"""

from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo import ASCENDING

from shared.contracts.evidence import KeptEvidence
from shared.mongo import DuplicateKeyError, Mongo, Session
from shared.outcomes import Retry

FILES, CHUNKS, UPLOADS, SUMS = "evidence.files", "evidence.chunks", "evidence.uploads", "evidence.sums"
CHUNK_BYTES = 1 << 20
AGAIN_AFTER = timedelta(seconds=1)

Named = tuple[str, str]  # agency, SHA-256


class Full(Exception):
    """The agency would keep more than it may."""


class Stored(NamedTuple):
    """A kept file, and where its bytes are."""

    file: KeptEvidence
    id: ObjectId
    chunks: int


class Evidence:
    """All agencies' files, each found by its agency and SHA-256."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._files = mongo.db[FILES]
        self._chunks = mongo.db[CHUNKS]
        self._uploads = mongo.db[UPLOADS]
        self._sums = mongo.db[SUMS]

    async def ensure_indexes(self) -> None:
        await self._mongo.ensure_collections(FILES, UPLOADS, SUMS)
        await self._files.create_index([("agency", ASCENDING), ("sha256", ASCENDING)], unique=True)
        await self._files.create_index([("sha256", ASCENDING), ("agency", ASCENDING)])
        await self._chunks.create_index([("files_id", ASCENDING), ("n", ASCENDING)], unique=True)

    # Writing: begun, chunk by chunk, and kept or discarded.

    async def begin(self, now: datetime) -> ObjectId:
        """A new upload. Until it is kept it is only on the list of what a sweep removes."""
        upload = ObjectId()
        await self._uploads.insert_one({"_id": upload, "at": now})
        return upload

    async def add(self, upload: ObjectId, number: int, data: bytes) -> None:
        """The chunk of that number, from 0; all but the last one are CHUNK_BYTES long."""
        await self._chunks.insert_one({"files_id": upload, "n": number, "data": data})

    async def keep(
        self, upload: ObjectId, agency: str, file: KeptEvidence, now: datetime, most: int
    ) -> tuple[KeptEvidence, bool]:
        """Make the upload the agency's file, and say whether it is new: the same bytes may be kept already.

        Raises Full where the agency's files would be more than `most` bytes, Retry where a sweep was first.
        """
        try:
            return await self._mongo.transact(lambda session: self._keep(upload, agency, file, now, most, session))
        except DuplicateKeyError:  # the other upload of the same bytes was faster
            return await self._mongo.transact(lambda session: self._keep(upload, agency, file, now, most, session))

    async def _keep(
        self, upload: ObjectId, agency: str, file: KeptEvidence, now: datetime, most: int, session: Session
    ) -> tuple[KeptEvidence, bool]:
        known = await self._files.find_one({"agency": agency, "sha256": file.evidence}, session=session)
        if known is not None:
            return _stored(known).file, False
        if not (await self._uploads.delete_one({"_id": upload, "swept": None}, session=session)).deleted_count:
            raise Retry(AGAIN_AFTER, "the upload took too long and was removed; post the file again")
        spent = {"$inc": {"bytes": file.bytes, "files": 1}}
        await self._sums.update_one({"_id": agency}, spent, upsert=True, session=session)
        spend = await self._sums.find_one({"_id": agency}, session=session)
        if spend is None or spend["bytes"] > most:
            raise Full
        layout = {"_id": upload, "length": file.bytes, "chunkSize": CHUNK_BYTES, "uploadDate": now}
        told = {"filename": file.name, "agency": agency, "sha256": file.evidence, "type": file.type.value}
        await self._files.insert_one(layout | told, session=session)
        return file, True

    async def discard(self, upload: ObjectId) -> None:
        """Remove what was written of an upload; one that is kept stays whole."""
        # Also where a commit's answer was lost: what is off the list is kept, what is marked can't be kept any more.
        if not (await self._uploads.update_one({"_id": upload}, {"$set": {"swept": True}})).matched_count:
            return
        await self._chunks.delete_many({"files_id": upload})
        await self._uploads.delete_one({"_id": upload})

    async def sweep(self, before: datetime) -> int:
        """Remove what uploads left that were begun before then and never ended; how many."""
        # Marked first: who still writes one of them can't keep it any more.
        await self._uploads.update_many({"at": {"$lt": before}}, {"$set": {"swept": True}})
        left = [document["_id"] async for document in self._uploads.find({"swept": True}, {"_id": 1})]
        for upload in left:
            await self.discard(upload)
        return len(left)

    # Reading.

    async def spent(self, agency: str) -> int:
        """How many bytes the agency keeps."""
        document = await self._sums.find_one({"_id": agency})
        return int(document["bytes"]) if document else 0

    async def find(self, agency: str | None, sha256: str) -> Stored | None:
        """The agency's file, or without one the first agency's that keeps it; None where there is no such one."""
        of = {"agency": agency} if agency is not None else {}
        document = await self._files.find_one({**of, "sha256": sha256}, sort=[("agency", ASCENDING)])
        return _stored(document) if document else None

    async def read(self, stored: Stored) -> AsyncIterator[bytes]:
        """The file's bytes, chunk by chunk. Raises LookupError where one is missing."""
        # Not by a cursor: who reads slowly would find it closed.
        for number in range(stored.chunks):
            chunk = await self._chunks.find_one({"files_id": stored.id, "n": number})
            if chunk is None:
                raise LookupError(f"chunk {number} of the file {stored.file.evidence} is missing")
            yield bytes(chunk["data"])

    async def kept(self, named: Collection[Named]) -> set[Named]:
        """Which of these are kept, by one query."""
        sought: dict[str, set[str]] = {}
        for agency, sha256 in named:
            sought.setdefault(agency, set()).add(sha256)
        either = [{"agency": agency, "sha256": {"$in": sorted(its)}} for agency, its in sought.items()]
        found = self._files.find({"$or": either}, {"agency": 1, "sha256": 1})
        return {(document["agency"], document["sha256"]) async for document in found}

    # All of it, for those who compare.

    async def every(self) -> AsyncIterator[tuple[str, Stored]]:
        """Every kept file and its agency."""
        async for document in self._files.find({}):
            yield document["agency"], _stored(document)

    async def chunks_of(self, stored: Stored) -> int:
        """How many chunks there are of the file."""
        return int(await self._chunks.count_documents({"files_id": stored.id}))

    async def sums(self) -> dict[str, int]:
        """How many bytes each agency keeps, as they are counted."""
        return {document["_id"]: int(document["bytes"]) async for document in self._sums.find({})}


def _stored(document: dict[str, Any]) -> Stored:
    file = KeptEvidence(
        evidence=document["sha256"], name=document["filename"], type=document["type"], bytes=document["length"]
    )
    return Stored(file, document["_id"], -(-document["length"] // document["chunkSize"]))
