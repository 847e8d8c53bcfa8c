"""Documents that are handed out, in a real MongoDB: each is there with all that is told of it, or nothing is."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from services.reports.hand_out import hand_out
from services.reports.issued_store import BUCKET, IssuedStore
from shared.contracts.report import ReportIssued
from shared.file_store import CHUNK_BYTES, names_of
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped
from tests.unit.reports.sample import AS_OF, PLAN_ID

ONE, SEVERAL = CHUNK_BYTES, 2 * CHUNK_BYTES + 1
A, B = "a@mau.example", "b@mau.example"


class Full(Outbox):
    """One that takes nothing more, which it says last of all."""

    async def add(self, events: Sequence[Stamped], session: Session) -> None:
        await super().add(events, session)
        raise ConnectionError


@pytest.fixture
async def kept(mongo: Mongo) -> IssuedStore:
    kept = IssuedStore(mongo)
    await kept.ensure_indexes()
    return kept


@pytest.fixture
async def outbox(mongo: Mongo) -> Outbox:
    outbox = Outbox(mongo, "/dondoc/reports")
    await outbox.ensure_indexes()
    return outbox


def document(size: int, by: str = A) -> tuple[ReportIssued, bytes]:
    """So many bytes, handed out to that officer."""
    data = bytes(range(251)) * (size // 251) + b"\n" * (size % 251)
    digest = sha256(data).hexdigest()
    return ReportIssued(plan=PLAN_ID, as_of=AS_OF, format="pdf", sha256=digest, size=size, issued_by=by), data


async def left(mongo: Mongo) -> dict[str, int]:
    """How many documents each collection holds of what is handed out."""
    names = (*names_of(BUCKET), BUCKET, "outbox", "unpublished")
    return {name: await mongo.db[name].count_documents({}) for name in names}


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
async def test_a_document_comes_back_whole(size: int, mongo: Mongo, kept: IssuedStore, outbox: Outbox) -> None:
    """Of whatever size; nothing of its way in is left."""
    issued, data = document(size)
    await hand_out(issued, "a.pdf", data, kept, mongo, outbox)
    found = await kept.find(issued.sha256)
    assert found is not None
    assert b"".join([piece async for piece in kept.read(found)]) == data
    assert await kept.count_chunks(found.id) == found.chunks
    assert (await left(mongo))["issued.uploads"] == 0


@pytest.mark.parametrize("size", [ONE, SEVERAL])
async def test_the_same_bytes_asked_for_at_once_are_kept_once(
    size: int, mongo: Mongo, kept: IssuedStore, outbox: Outbox
) -> None:
    """And told of once for each officer, whichever request is first."""
    every = [document(size, by) for by in (A, B, B, B, A, B)]
    await asyncio.gather(*(hand_out(issued, "a.pdf", data, kept, mongo, outbox) for issued, data in every))
    chunks = -(-size // CHUNK_BYTES)
    assert await left(mongo) == {
        "issued.files": 1,
        "issued.chunks": chunks,
        "issued.uploads": 0,
        "issued": 2,
        "outbox": 2,
        "unpublished": 2,
    }
    listed = await kept.listed(PLAN_ID, None)
    assert sorted(str(one.issued_by) for one in listed.reports) == [A, B]


@pytest.mark.parametrize("size", [ONE, SEVERAL])
async def test_what_fails_leaves_nothing(size: int, mongo: Mongo, kept: IssuedStore, outbox: Outbox) -> None:
    """Neither bytes nor a word of them; asked again it is handed out."""
    issued, data = document(size)
    with pytest.raises(ConnectionError):
        await hand_out(issued, "a.pdf", data, kept, mongo, Full(mongo, "/dondoc/reports"))
    assert not any((await left(mongo)).values())
    await hand_out(issued, "a.pdf", data, kept, mongo, outbox)
    assert await kept.holds(issued.sha256)


async def test_a_process_that_is_gone_leaves_what_a_sweep_finds(mongo: Mongo, kept: IssuedStore) -> None:
    """The chunks that went before the last one; what fits into one leaves nothing."""
    for size, uploads in ((ONE, 0), (SEVERAL, 1)):
        await kept.write(document(size)[1], datetime.now(UTC))
        assert await kept.sweep(datetime.now(UTC)) == uploads
        assert not any((await left(mongo)).values())
