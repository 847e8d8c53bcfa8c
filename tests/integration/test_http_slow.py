"""Senders of events and lists who dawdle, come all at once, or ask too often: what they hold here is bounded."""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.contracts.http_limits import AT_ONCE, BATCH_BYTES, FILE_BYTES
from shared.mongo import Mongo
from shared.request_body import Patience
from shared.settings import Settings
from tests.harness.http import begun
from tests.integration.http_desk import BATCH, STRUCTURED, HttpDesk, open_http_desk
from tests.integration.intake_desk import posted
from tests.integration.until import until

STRUCTURED_TYPE, BATCH_TYPE = STRUCTURED["Content-Type"], BATCH["Content-Type"]
Connection = AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]

IMPORT = "/imports?name=a.csv"
SLOW = 0.5  # requests a second, so five at once


def _sending(http: HttpDesk, path: str, media_type: str, length: int) -> Connection:
    """A post of one agency that has begun."""
    return begun(http.url + path, http.tokens["dai"], length, media_type)


@pytest.mark.parametrize(
    ("path", "media_type"), [("/events", STRUCTURED_TYPE), ("/events", BATCH_TYPE), (IMPORT, "text/csv")]
)
@pytest.mark.parametrize("says_something", [False, True])
async def test_a_sender_that_never_ends_is_cut_off(
    settings: Settings,
    mongo: Mongo,
    nc: Client,
    js: JetStreamContext,
    path: str,
    media_type: str,
    says_something: bool,
) -> None:
    """408 with `Retry-After`, whether it says nothing or a byte now and then."""
    patience = Patience(timedelta(seconds=0.2), timedelta(seconds=0.5 if says_something else 600))
    async with (
        open_http_desk(settings, mongo, nc, patience=patience) as http,
        _sending(http, path, media_type, 10_000) as (reader, writer),
    ):
        answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
        while not answer.done():
            if says_something:
                writer.write(b" ")
            await asyncio.wait({answer}, timeout=0.01)
        head = await answer
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b"retry-after: 2" in head.lower()


async def test_an_agency_holds_so_many_bytes_at_once(http: HttpDesk) -> None:
    """What is on its way counts by what it announces. More waits; others are not concerned; what ends is free again."""
    async with AsyncExitStack() as held:
        for _ in range(AT_ONCE):
            await held.enter_async_context(_sending(http, "/events", BATCH_TYPE, BATCH_BYTES))

        async def full() -> bool:
            return http.incoming.bytes.taken("dai") == AT_ONCE * BATCH_BYTES

        await until(full, "all is taken")
        more = await http.post("1")
        assert (more.status, more.headers["Retry-After"]) == (429, "2")
        assert (await http.ask("GET", "/occurrences")).status == 200
        assert (await http.post("1", agency="huyen", duty="local")).status == 201

    async def free() -> bool:
        return http.incoming.bytes.taken("dai") == 0

    await until(free, "all is free")
    assert (await http.post("1")).status == 201


async def test_an_agency_imports_one_file_at_a_time(http: HttpDesk) -> None:
    """So that its files keep no other's waiting."""
    csv = {"Content-Type": "text/csv"}
    body = "Nhiệm vụ;Tiêu đề;Ngày đăng\ntv;Chuyên mục (mẫu) tháng 1;05/01/2026\n".encode()
    async with _sending(http, IMPORT, "text/csv", FILE_BYTES):

        async def full() -> bool:
            return http.incoming.imports.taken("dai") == 1

        await until(full, "the place is taken")
        assert (await http.ask("POST", f"{IMPORT}&dry_run=true", body, csv)).status == 429
        assert (await http.ask("POST", f"{IMPORT}&dry_run=true", body, csv, "huyen")).status != 429


async def test_who_posts_too_fast_is_told_before_the_body_is_read(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext
) -> None:
    """The answer is there though no byte of the body came."""
    async with open_http_desk(settings, mongo, nc, SLOW) as http:
        for number in range(5):
            assert (await http.post(str(number))).status == 201
        async with _sending(http, "/events", STRUCTURED_TYPE, len(posted("6"))) as (reader, _):
            assert (await reader.readline()).startswith(b"HTTP/1.1 429 ")


@pytest.mark.parametrize("path", ["/receipts/receipt-0", "/occurrences", "/imports/template", f"/evidence/{'0' * 64}"])
async def test_who_reads_too_fast_is_told_so(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, path: str
) -> None:
    """By the same count as posts."""
    async with open_http_desk(settings, mongo, nc, SLOW) as http:
        answers = [await http.ask("GET", path) for _ in range(6)]
        assert [answer.status == 429 for answer in answers] == [False] * 5 + [True]
        assert int(answers[-1].headers["Retry-After"]) in {1, 2}
        assert (await http.post("1")).status == 429
