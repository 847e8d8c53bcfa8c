"""Bytes that a client library would refuse to send or to read: each is answered, and what comes after is recorded."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from services.submissions.app import start
from shared import topology
from shared.flushed import flushed
from shared.settings import Settings
from tests.harness.services import in_process
from tests.integration.test_refill import _published
from tests.integration.until import until

GOOD = json.dumps(
    {
        "specversion": "1.0",
        "id": "good",
        "source": "/t",
        "type": "vn.dondoc.output.submitted.v1",
        "data": {"title": "Mẫu", "published_on": "2099-01-01"},
    }
).encode()


async def _raw(url: str, *lines: bytes) -> None:
    """Speak the NATS protocol by hand."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    await reader.readline()
    hello = {"verbose": False, "headers": True, "user": where.username, "pass": where.password}
    writer.write(b"CONNECT %s\r\n" % json.dumps(hello).encode() + b"".join(lines) + b"PING\r\n")
    assert (await reader.readline()).strip() == b"PONG"
    writer.close()


def _posted(subject: bytes, body: bytes) -> bytes:
    return b"PUB %s %d\r\n%s\r\n" % (subject, len(body), body)


def _with_headers(headers: bytes, body: bytes) -> bytes:
    sizes = (len(headers), len(headers) + len(body))
    return b"HPUB dondoc.intake.nobody %d %d\r\n%s%s\r\n" % (*sizes, headers, body)


@pytest.mark.parametrize(
    "odd",
    [
        _posted(b"dondoc.intake.\xff\xfe", GOOD),
        _posted(b"dondoc.intake.a\x00b", GOOD),
        _posted(b"dondoc.intake." + b"a" * 300, GOOD),
        _posted(b"dondoc.intake." + b"a" * 4_060, GOOD),
        _with_headers(b"\xff\xff\xff\xff\r\n\r\n", GOOD),
        _with_headers(b"NATS/1.0\r\n\r\n", GOOD),
        _with_headers(b"NATS/1.0\r\nce-id: \xff\xfe\r\n\r\n", GOOD),
        _posted(b"dondoc.intake.nobody", b""),
    ],
    ids=["no UTF-8", "NUL", "300 letters", "4,060 letters", "no headers", "empty headers", "header value", "no body"],
)
async def test_an_odd_message_gets_its_receipt_and_the_next_one_too(
    odd: bytes, settings: Settings, nc: Client, js: JetStreamContext
) -> None:
    """One receipt each, nothing is buried, and every receipt can be read by those who read the log."""
    heard: list[bytes] = []

    async def hear(msg: Msg) -> None:
        heard.append(msg.data)

    await nc.subscribe("dondoc.output.rejected.*", cb=hear)
    await flushed(nc)
    async with in_process("submissions", start, settings):
        await _published(settings, js)
        await _raw(settings.nats_url, odd)

        async def answered(count: int) -> bool:
            return len(heard) == count

        await until(lambda: answered(1), "the odd one is answered")
        await _raw(settings.nats_url, _posted(b"dondoc.intake.nobody", GOOD.replace(b'"good"', b'"next"')))
        await until(lambda: answered(2), "the next one is answered")
    assert json.loads(heard[1])["data"]["submission"]["id"] == "next"
    assert len(json.loads(heard[0])["subject"]) < 256
    assert (await js.stream_info(topology.DEADLETTER)).state.messages == 0
