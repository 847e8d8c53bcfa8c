"""Files as evidence over HTTP: taken by what they are, kept once, and given back to who posted them and nobody else."""

import asyncio
import hashlib
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.submissions.keep_evidence import Limits
from shared.contracts.evidence import LONGEST_EVIDENCE_NAME, NAMES, Kind
from shared.file_store import CHUNK_BYTES
from shared.mongo import Mongo
from shared.settings import Settings
from tests.integration.http_desk import HttpDesk, open_http_desk
from tests.unit.submissions.sample_files import HEADS, OTHERS, sample

SMALL = Limits({Kind.DOCUMENT: 3_000, Kind.AUDIO: 5_000, Kind.VIDEO: 8_000}, agency=20_000)


def _name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def left(mongo: Mongo, *collections: str) -> list[int]:
    """How many documents there are in collections of evidence."""
    names = collections or ("files", "chunks", "uploads")
    return [await mongo.db[f"evidence.{name}"].count_documents({}) for name in names]


async def test_each_kind_comes_back_as_it_was(http: HttpDesk) -> None:
    """Known by its content, whatever name and request say; the same bytes, and headers that make it harmless."""
    for kind, (type_, _) in HEADS.items():
        data = sample(kind, 5_000)
        answer = await http.keep("Phóng sự.html", data, **{"Content-Type": "text/html"})
        assert answer.status == 201
        expected = {"evidence": _name_of(data), "name": "Phóng sự.html", "type": type_.value, "bytes": 5_000}
        assert answer.json == expected
        assert answer.headers["Location"] == f"/v1/evidence/{_name_of(data)}"
        again = await http.ask("GET", f"/evidence/{_name_of(data)}")
        assert (again.status, again.body) == (200, data)
        assert again.headers["Content-Type"] == type_.value
        assert again.headers["Content-Disposition"].startswith('attachment; filename="Phong su.html.')
        assert again.headers["X-Content-Type-Options"] == "nosniff"
        assert again.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert again.headers["Cache-Control"] == "private, no-store"
        assert again.headers["Content-Length"] == "5000"


async def test_whatever_else_is_refused(http: HttpDesk, mongo: Mongo) -> None:
    """Though it calls itself a PDF; the text names what is taken, and nothing of it stays."""
    for kind, data in OTHERS.items():
        answer = await http.keep("bao-cao.pdf", data, **{"Content-Type": "application/pdf"})
        assert answer.status == 415, kind
        assert NAMES in answer.json["detail"]
    assert await left(mongo) == [0, 0, 0]


async def test_a_file_of_several_chunks_comes_back(http: HttpDesk, mongo: Mongo) -> None:
    """At the borders of a chunk and beyond."""
    sizes, chunks = (CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES), 0
    for number, size in enumerate(sizes, start=1):
        data = sample("mp4", size - 4) + b"tail"
        assert (await http.keep("a.mp4", data)).status == 201
        assert (await http.ask("GET", f"/evidence/{_name_of(data)}")).body == data
        chunks += -(-size // CHUNK_BYTES)
        assert await left(mongo) == [number, chunks, 0]


async def test_the_same_bytes_again_are_the_same_file(http: HttpDesk, mongo: Mongo) -> None:
    """By another name too, which the first one keeps; another agency's copy is its own."""
    data = sample("pdf")
    first = await http.keep("a.pdf", data)
    second = await http.keep("b.pdf", data)
    assert (first.status, second.status) == (201, 200)
    assert second.body == first.body
    assert await left(mongo) == [1, 1, 0]
    assert (await http.keep("c.pdf", data, "huyen")).status == 201
    assert await left(mongo) == [2, 2, 0]


async def test_simultaneous_uploads_of_the_same_bytes_end_as_one(http: HttpDesk, mongo: Mongo) -> None:
    """One is new, the others are repeats; the sum counts it once."""
    data = sample("mp4", 2 * CHUNK_BYTES)
    answers = await asyncio.gather(*(http.keep(f"{number}.mp4", data) for number in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 201]
    assert len({answer.body for answer in answers}) == 1
    assert await left(mongo) == [1, 2, 0]
    assert await http.files.evidence.spent("dai") == len(data)


async def test_nobody_reads_what_another_keeps(http: HttpDesk) -> None:
    """It doesn't exist for them: the same answer as for a file that nobody keeps."""
    kept = await http.keep("a.pdf", sample("pdf"))
    name = kept.json["evidence"]
    other = await http.ask("GET", f"/evidence/{name}", agency="huyen")
    none = await http.ask("GET", f"/evidence/{'0' * 64}", agency="huyen")
    assert (other.status, none.status) == (404, 404)
    assert other.json["detail"].replace(name, "") == none.json["detail"].replace("0" * 64, "")
    assert (await http.ask("GET", f"/evidence/{name}")).status == 200


NO_NAMES = (
    "x", "0" * 63, "0" * 65, "{}%0a", "%20{}", "..%2f{}", "..%2f..%2fetc%2fpasswd", "%00", "%ff", "$ne", "A" * 64,
     "x" * 5_000, "{}/x", "evidence.files",
)  # fmt: skip


async def test_a_name_that_is_none_is_not_found(http: HttpDesk) -> None:
    """Only the very SHA-256 opens a file."""
    kept = await http.keep("a.pdf", sample("pdf"))
    for name in NO_NAMES:
        answer = await http.ask("GET", f"/evidence/{name.format(kept.json['evidence'])}")
        assert answer.status == 404, name
        assert answer.headers["Content-Type"] == "application/problem+json"


WRONG_QUERIES = (
    "", "?name=", "?name=%20", "?name=a%0d%0aSet-Cookie:%20x=1", "?name=a%00.pdf", "?name=a%E2%80%AE.pdf",
     "?name=a.pdf&type=video/mp4", f"?name={'x' * (LONGEST_EVIDENCE_NAME + 1)}",
)  # fmt: skip


async def test_a_name_that_no_file_has_is_refused(http: HttpDesk, mongo: Mongo) -> None:
    """Missing, empty, too long, with control characters; and a parameter that there isn't."""
    for query in WRONG_QUERIES:
        assert (await http.ask("POST", f"/evidence{query}", sample("pdf"))).status == 400, query
    assert await left(mongo) == [0, 0, 0]


HOSTILE = [
    'a"; filename="b.html',
    "../../etc/passwd",
    "a\\b",
    "a;b=c",
    "Đề án số 1 (mẫu).pdf",
    "x" * 200,
    "%0d%0a",
    "👍",
]


async def test_a_name_adds_nothing_to_the_answer(http: HttpDesk) -> None:
    """Quotes, paths and letters of all kinds stay within the name."""
    for number, name in enumerate(HOSTILE):
        kept = await http.keep(name, sample("pdf", mark=bytes([number])))
        assert kept.json["name"] == name
        answer = await http.ask("GET", f"/evidence/{kept.json['evidence']}")
        (told,) = answer.headers.get_all("Content-Disposition")  # type: ignore[attr-defined]
        assert told.startswith('attachment; filename="')
        assert told.count('"') == 2
        assert not set(told) & set("\r\n/\\")
        assert told.isascii()


async def _with(settings: Settings, mongo: Mongo, nc: Client, bounds: Limits, *posts: tuple[str, bytes]) -> list[Any]:
    async with open_http_desk(settings, mongo, nc, bounds=bounds) as http:
        return [await http.keep(name, data) for name, data in posts]


@pytest.mark.parametrize(("kind", "most"), [("pdf", 3_000), ("webp", 3_000), ("wav", 5_000), ("mp4", 8_000)])
async def test_each_kind_has_its_limit(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, kind: str, most: int
) -> None:
    """What is just as large is taken, a byte more is not, and nothing of it stays."""
    posts = [("a", sample(kind, most)), ("b", sample(kind, most + 1)), ("c", sample(kind, 100_000))]
    answers = await _with(settings, mongo, nc, SMALL, *posts)
    assert [answer.status for answer in answers] == [201, 413, 413]
    assert f"{most} bytes" in answers[1].json["detail"]
    assert await left(mongo) == [1, 1, 0]


async def test_an_agency_may_keep_so_much(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> None:
    """In sum: what would be more is refused, a repeat is not, and others are not concerned."""
    async with open_http_desk(settings, mongo, nc, bounds=SMALL) as http:
        files = [sample("mp4", 8_000, bytes([number])) for number in range(3)]
        answers = [await http.keep("a.mp4", data) for data in files]
        assert [answer.status for answer in answers] == [201, 201, 413]
        assert "20000 bytes" in answers[2].json["detail"]
        assert (await http.keep("a.mp4", files[0])).status == 200
        assert (await http.keep("a.mp4", sample("mp4", 4_000))).status == 201
        assert (await http.keep("a.mp4", files[0], "huyen")).status == 201
        assert await http.files.evidence.spent("dai") == 20_000
    assert await left(mongo) == [4, 4, 0]


async def test_uploads_at_once_do_not_exceed_the_sum(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext
) -> None:
    """Each would fit alone; two of four do together."""
    async with open_http_desk(settings, mongo, nc, bounds=SMALL) as http:
        files = [sample("mp4", 8_000, bytes([number])) for number in range(4)]
        answers = await asyncio.gather(*(http.keep("a.mp4", data) for data in files))
        assert sorted(answer.status for answer in answers) == [201, 201, 413, 413]
        assert await http.files.evidence.spent("dai") == 16_000
    assert await left(mongo) == [2, 2, 0]
