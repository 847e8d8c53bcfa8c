"""Uploads that break off, dawdle or come all at once: nothing half is ever served or stays."""

import asyncio
import hashlib
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nats.js import JetStreamContext

from services.submissions.credentials import Credentials, make_token
from services.submissions.evidence import Evidence
from services.submissions.web.evidence import MOST_OF_AN_AGENCY
from shared.contracts.evidence import FileType, KeptEvidence
from shared.file_store import CHUNK_BYTES
from shared.mongo import Mongo
from shared.outcomes import Retry
from shared.request_body import Patience
from shared.settings import Settings
from tests.harness.http import begun, request
from tests.harness.services import Processes
from tests.integration.http_desk import HttpDesk
from tests.integration.test_http_evidence import left
from tests.integration.until import until
from tests.unit.submissions.sample_files import sample

MEGABYTE = 1_000_000
WHOLE = sample("mp4", 3 * CHUNK_BYTES)
HALF = WHOLE[: 2 * CHUNK_BYTES + 7]


def uploading(
    url: str, token: str, length: int | None
) -> AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """An upload that has begun."""
    return begun(f"{url}/evidence?name=a.mp4", token, length)


async def _has_chunks(mongo: Mongo, count: int) -> None:
    async def has() -> bool:
        return (await left(mongo, "chunks")) == [count]

    await until(has, f"{count} chunks are there")


async def _is_clean(mongo: Mongo) -> None:
    async def clean() -> bool:
        return await left(mongo) == [0, 0, 0]

    await until(clean, "nothing is left of the upload")


@pytest.mark.parametrize("length", [len(WHOLE), None])
async def test_a_client_that_goes_leaves_nothing(http: HttpDesk, mongo: Mongo, length: int | None) -> None:
    """In the middle of the body, with a length announced or not; the whole file is new afterwards."""
    async with uploading(http.url, http.tokens["dai"], length) as (_, writer):
        writer.write(HALF if length else b"%x\r\n%b\r\n" % (len(HALF), HALF))
        await _has_chunks(mongo, 2)
    await _is_clean(mongo)
    for data in (HALF, WHOLE):
        assert (await http.ask("GET", f"/evidence/{hashlib.sha256(data).hexdigest()}")).status == 404
    assert (await http.keep("a.mp4", WHOLE)).status == 201


async def test_what_is_too_large_is_not_even_read(http: HttpDesk) -> None:
    """By the length that is announced: the answer comes before the file."""
    async with uploading(http.url, http.tokens["dai"], 500_000_001) as (reader, _):
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")


async def test_what_is_too_large_for_its_kind_is_refused_by_its_beginning(http: HttpDesk, mongo: Mongo) -> None:
    """A PDF as large as only a video may be: the rest isn't waited for."""
    async with uploading(http.url, http.tokens["dai"], 20_000_001) as (reader, writer):
        writer.write(sample("pdf", 5_000))
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    await _is_clean(mongo)


async def test_a_body_without_end_is_cut_off(http: HttpDesk, mongo: Mongo) -> None:
    """Without an announced length: as soon as it is larger than its kind may be."""
    http.files.bounds = http.files.bounds._replace(file=dict.fromkeys(http.files.bounds.file, 2 * MEGABYTE))
    async with uploading(http.url, http.tokens["dai"], None) as (reader, writer):
        with suppress(OSError):  # it has heard enough
            for piece in [WHOLE[:CHUNK_BYTES]] * 5:
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    await _is_clean(mongo)


async def test_a_sender_that_says_nothing_is_cut_off(http: HttpDesk, mongo: Mongo) -> None:
    """408, and what it sent so far goes."""
    http.files.patience = Patience(silent=timedelta(seconds=0.2))
    async with uploading(http.url, http.tokens["dai"], len(WHOLE)) as (reader, writer):
        writer.write(HALF)
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    await _is_clean(mongo)


async def test_a_sender_that_never_ends_is_cut_off(http: HttpDesk, mongo: Mongo) -> None:
    """408 though it says something now and then."""
    http.files.patience = Patience(whole=timedelta(seconds=0.5))
    async with uploading(http.url, http.tokens["dai"], len(WHOLE)) as (reader, writer):
        answer = asyncio.create_task(reader.readline())
        for byte in WHOLE:
            writer.write(bytes([byte]))
            await asyncio.wait({answer}, timeout=0.01)
            if answer.done():
                break
        assert (await answer).startswith(b"HTTP/1.1 408 ")
    await _is_clean(mongo)


async def test_a_stop_waits_for_no_upload(http: HttpDesk, mongo: Mongo) -> None:
    """Who uploads is told to come again; nothing is left."""
    async with uploading(http.url, http.tokens["dai"], len(WHOLE)) as (reader, writer):
        writer.write(HALF)
        await _has_chunks(mongo, 2)
        http.health.waiting_for = "stopping"
        assert (await reader.readline()).startswith(b"HTTP/1.1 503 ")
    await _is_clean(mongo)


async def test_an_agency_uploads_so_many_at_once(http: HttpDesk, mongo: Mongo) -> None:
    """One more is told to wait, others are not concerned, and a place that is free is given again."""
    token = http.tokens["dai"]
    async with uploading(http.url, token, len(WHOLE)) as (_, one), uploading(http.url, token, len(WHOLE)) as (_, two):
        for writer in (one, two):
            writer.write(HALF)
        await _has_chunks(mongo, 4)
        async with uploading(http.url, token, len(WHOLE)), uploading(http.url, token, len(WHOLE)):

            async def full() -> bool:
                return http.files.places.taken("dai") == MOST_OF_AN_AGENCY

            await until(full, "all places are taken")
            answer = await http.keep("b.mp4", WHOLE)
            assert (answer.status, answer.headers["Retry-After"]) == (429, "2")
            assert (await http.keep("b.mp4", WHOLE, "huyen")).status == 201

    async def free() -> bool:
        return http.files.places.taken("dai") == 0

    await until(free, "all places are free")
    assert (await http.keep("b.mp4", WHOLE)).status == 201


async def test_a_sweep_takes_what_ended_and_nothing_else(mongo: Mongo) -> None:
    """An upload that was begun too long ago, with all of its chunks; kept files and new uploads stay."""
    evidence, now = Evidence(mongo), datetime.now(UTC)
    await evidence.ensure_indexes()
    old, new = await evidence.begin(now - timedelta(hours=2)), await evidence.begin(now)
    for upload in (old, new):
        await evidence.add(upload, 0, b"x")
    assert await evidence.sweep(now - timedelta(hours=1)) == 1
    assert [chunk["files_id"] async for chunk in mongo.db["evidence.chunks"].find({})] == [new]
    assert await left(mongo) == [0, 1, 1]
    assert await evidence.sweep(now - timedelta(hours=1)) == 0


async def test_what_is_kept_is_never_discarded(mongo: Mongo) -> None:
    """Though whoever kept it never heard so, and cleans up; and what was discarded can't be kept any more."""
    evidence, now = Evidence(mongo), datetime.now(UTC)
    await evidence.ensure_indexes()
    file = KeptEvidence(evidence="a" * 64, name="a.pdf", type=FileType.PDF, bytes=1)
    kept, discarded = await evidence.begin(now), await evidence.begin(now)
    for upload in (kept, discarded):
        await evidence.add(upload, 0, b"x")
    assert await evidence.keep(kept, "dai", file, now, 10) == (file, True)
    await evidence.discard(kept)
    assert await evidence.sweep(now + timedelta(days=1)) == 1
    assert await left(mongo) == [1, 1, 0]
    with pytest.raises(Retry, match="post the file again"):
        await evidence.keep(discarded, "dai", file.model_copy(update={"evidence": "b" * 64}), now, 10)
    assert await evidence.spent("dai") == 1


async def _submissions(mongo: Mongo) -> str:
    token = make_token()
    await Credentials(mongo).add(token, "dai", datetime.now(UTC))
    return token


async def test_a_killed_process_leaves_nothing_that_is_served(
    js: JetStreamContext, processes: Processes, settings: Settings
) -> None:
    """What it wrote is found by nobody, goes with a sweep, and is taken anew."""
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    token = await _submissions(mongo)
    headers = {"Authorization": f"Bearer {token}"}
    async with processes("submissions") as running:
        service = running.services["submissions"]
        async with uploading(f"{service.url}/v1", token, len(WHOLE)) as (_, writer):
            writer.write(HALF)
            await _has_chunks(mongo, 2)
            assert service.process is not None
            service.process.kill()
        await running.ready()
        path = f"{service.url}/v1/evidence"
        for data in (HALF, WHOLE):
            assert (await request("GET", f"{path}/{hashlib.sha256(data).hexdigest()}", headers=headers)).status == 404
        assert await left(mongo) == [0, 2, 1]
        assert await Evidence(mongo).sweep(datetime.now(UTC) + timedelta(hours=1)) == 1
        await _is_clean(mongo)
        assert (await request("POST", f"{path}?name=a.mp4", WHOLE, headers)).status == 201
    mongo.close()


def peak(pid: int | None) -> int:
    """The most memory that the process ever had, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return 1024 * int(next(line for line in status if line.startswith("VmHWM")).split()[1])


async def test_memory_stays_flat(js: JetStreamContext, processes: Processes, settings: Settings) -> None:
    """Ten times as large a file, up and down again, takes the process no more memory than a few chunks."""
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    token = await _submissions(mongo)
    async with processes("submissions") as running:
        service, peaks = running.services["submissions"], []
        for size in (20 * MEGABYTE, 200 * MEGABYTE):
            digest = hashlib.sha256()
            async with uploading(f"{service.url}/v1", token, size) as (reader, writer):
                piece = sample("mp4", MEGABYTE)
                for _ in range(size // MEGABYTE):
                    digest.update(piece)
                    writer.write(piece)
                    await writer.drain()
                assert (await reader.readline()).startswith(b"HTTP/1.1 201 ")
            answer = await request(
                "GET", f"{service.url}/v1/evidence/{digest.hexdigest()}", headers={"Authorization": f"Bearer {token}"}
            )
            assert hashlib.sha256(answer.body).digest() == digest.digest()
            peaks.append(peak(service.pid))
        assert peaks[1] - peaks[0] < 20 * MEGABYTE
    mongo.close()
