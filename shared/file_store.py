"""Files that a service keeps, in the layout of GridFS; nothing of a half upload is ever found.

Source of the layout: MongoDB's GridFS specification. The driver's own writer buffers 48 MB a file, and can't make the
file known in the same transaction that counts it; so the chunks are written here. Any GridFS reader reads them.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bson import ObjectId
from pymongo import ASCENDING

from shared.mongo import Mongo, Session
from shared.outcomes import Retry

CHUNK_BYTES = 1 << 20
AGAIN_AFTER = timedelta(seconds=1)


class Names(NamedTuple):
    """The collections of a bucket: what is told of each file, its bytes, and what is being written."""

    files: str
    chunks: str
    uploads: str


def names_of(bucket: str) -> Names:
    return Names(*(f"{bucket}.{name}" for name in Names._fields))


class FileStore:
    """The files of one bucket of a service's database."""

    def __init__(self, mongo: Mongo, bucket: str) -> None:
        self.mongo = mongo
        self._names = names_of(bucket)
        self.files, self._chunks, self._uploads = (mongo.db[name] for name in self._names)

    async def ensure_indexes(self) -> None:
        await self.mongo.ensure_collections(self._names.files, self._names.uploads)
        await self._chunks.create_index([("files_id", ASCENDING), ("n", ASCENDING)], unique=True)

    # Writing: begun, chunk by chunk, and kept or discarded.

    async def begin(self, now: datetime) -> ObjectId:
        """A new upload. Until it is kept it is only on the list of what a sweep removes."""
        upload = ObjectId()
        await self._uploads.insert_one({"_id": upload, "at": now})
        return upload

    async def add(self, upload: ObjectId, number: int, data: bytes, session: Session | None = None) -> None:
        """The chunk of that number, from 0; all but the last one are CHUNK_BYTES long."""
        await self._chunks.insert_one({"files_id": upload, "n": number, "data": data}, session=session)

    async def take(self, upload: ObjectId, session: Session) -> None:
        """Take the upload off the list of what is swept. Raises Retry where a sweep was first."""
        if not (await self._uploads.delete_one({"_id": upload, "swept": None}, session=session)).deleted_count:
            raise Retry(AGAIN_AFTER, "the upload took too long and was removed; post the file again")

    async def name(self, upload: ObjectId, size: int, now: datetime, told: dict[str, Any], session: Session) -> None:
        """Make the upload a file of so many bytes, of which `told` is told: what it is found by."""
        layout = {"_id": upload, "length": size, "chunkSize": CHUNK_BYTES, "uploadDate": now}
        await self.files.insert_one(layout | told, session=session)

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

    async def pieces(self, id_: ObjectId, chunks: int, sha256: str) -> AsyncIterator[bytes]:
        """The file's bytes, chunk by chunk. Raises LookupError where one is missing."""
        # Not by a cursor: who reads slowly would find it closed.
        for number in range(chunks):
            chunk = await self._chunks.find_one({"files_id": id_, "n": number})
            if chunk is None:
                raise LookupError(f"chunk {number} of the file {sha256} is missing")
            yield bytes(chunk["data"])

    async def count_chunks(self, id_: ObjectId) -> int:
        """How many chunks there are of the file."""
        return int(await self._chunks.count_documents({"files_id": id_}))


def chunks_in(document: dict[str, Any]) -> int:
    """How many chunks a file has, by what is told of it."""
    return int(-(-document["length"] // document["chunkSize"]))
