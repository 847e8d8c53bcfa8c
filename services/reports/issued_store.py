"""What was handed out: each document's bytes, by their SHA-256, and who was given them when. No rebuild makes these
anew: they are the service's own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from bson import ObjectId

from shared.contracts.issued_reports import MOST_LISTED, IssuedReport, IssuedReports
from shared.contracts.report import ReportIssued
from shared.file_store import CHUNK_BYTES, FileStore, chunks_in
from shared.mongo import Mongo, Session

BUCKET = "issued"


@dataclass(frozen=True)
class Kept:
    """A document as it lies there; `name` is a file name."""

    name: str
    format: str
    sha256: str
    size: int
    id: ObjectId
    chunks: int


class Upload(NamedTuple):
    """A document on its way in. Its `last` chunk, of that number, comes in with all that is told of it: most documents
    have no other, and nothing of them is written before."""

    id: ObjectId
    number: int
    last: bytes


class IssuedStore(FileStore):
    """Documents, and the list of when each was handed out."""

    def __init__(self, mongo: Mongo) -> None:
        super().__init__(mongo, BUCKET)
        self._list = mongo.db[BUCKET]

    async def ensure_indexes(self) -> None:
        await super().ensure_indexes()
        await self.mongo.ensure_collections(BUCKET)
        await self.files.create_index("sha256", unique=True)
        await self._list.create_index([("plan", 1), ("issued_at", -1)])

    async def write(self, data: bytes, now: datetime) -> Upload:
        """All chunks but the last one; to be kept, and then cleared."""
        *before, last = range(0, len(data), CHUNK_BYTES)
        upload = await self.begin(now) if before else ObjectId()
        for number, start in enumerate(before):
            await self.add(upload, number, data[start : start + CHUNK_BYTES])
        return Upload(upload, len(before), data[last:])

    async def holds(self, sha256: str) -> bool:
        """Whether these bytes are kept."""
        return await self.files.find_one({"sha256": sha256}, {"_id": 1}) is not None

    async def keep(self, upload: Upload, name: str, issued: ReportIssued, now: datetime, session: Session) -> None:
        """Make the upload the document. Raises DuplicateKeyError where the same bytes are kept meanwhile."""
        if upload.number:
            await self.take(upload.id, session)
        await self.add(upload.id, upload.number, upload.last, session)
        told = {"filename": name, "sha256": issued.sha256, "format": issued.format}
        await self.name(upload.id, issued.size, now, told, session)

    async def clear(self, upload: Upload) -> None:
        """Remove what was written of an upload; one that is kept stays whole."""
        if upload.number:
            await self.discard(upload.id)

    async def note(self, event_id: str, issued: ReportIssued, now: datetime, session: Session) -> None:
        """Put down that it was handed out."""
        await self._list.insert_one(
            {"_id": event_id, "issued_at": now, **issued.model_dump(mode="json")}, session=session
        )

    async def listed(self, plan: str, as_of: date | None) -> IssuedReports:
        """What was handed out of a plan, as of a day or of all; the newest first."""
        wanted = {"plan": plan} | ({"as_of": as_of.isoformat()} if as_of is not None else {})
        newest = self._list.find(wanted).sort([("issued_at", -1), ("_id", 1)]).limit(MOST_LISTED)
        reports = tuple([IssuedReport.model_validate(document) async for document in newest])
        count = await self._list.count_documents(wanted) if len(reports) == MOST_LISTED else len(reports)
        return IssuedReports(reports=reports, left_off=count - len(reports))

    async def find(self, sha256: str) -> Kept | None:
        document = await self.files.find_one({"sha256": sha256})
        return _kept(document) if document else None

    async def every(self) -> AsyncIterator[Kept]:
        async for document in self.files.find({}):
            yield _kept(document)

    def read(self, kept: Kept) -> AsyncIterator[bytes]:
        """The bytes, piece by piece. Raises LookupError where one is missing."""
        return self.pieces(kept.id, kept.chunks, kept.sha256)


def _kept(document: dict[str, Any]) -> Kept:
    return Kept(
        name=document["filename"],
        format=document["format"],
        sha256=document["sha256"],
        size=document["length"],
        id=document["_id"],
        chunks=chunks_in(document),
    )
