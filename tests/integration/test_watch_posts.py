"""What agencies try by NATS and the intake never sees is put down with who and what, on a real server."""

from collections.abc import AsyncIterator

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from services.submissions.app import start
from services.submissions.watch_posts import watch_posts
from shared.flushed import flushed
from shared.settings import Settings
from tests.harness.edge import as_agency, let_in
from tests.harness.services import in_process
from tests.integration.intake_desk import posted
from tests.integration.test_agency_keys import FORGED
from tests.integration.until import until

SEQUENCE = "Nats-Expected-Last-Subject-Sequence"


@pytest.fixture
async def watching(nats_server: Running, js: JetStreamContext) -> AsyncIterator[None]:
    """As submissions, before any agency is let in."""
    url = identity_of(nats_server.data).url("submissions", address(nats_server.port))
    nc = await nats.connect(url, inbox_prefix="_INBOX_submissions", allow_reconnect=False)
    await watch_posts(nc)
    await flushed(nc)
    yield
    await nc.close()


@pytest.fixture
async def dai(watching: None, nats_server: Running) -> AsyncIterator[Client]:
    """Let in while the watch is kept; it has an account of its own, as have the others."""
    seeds = await let_in(nats_server, "dai", "huyen")
    nc = await as_agency(nats_server, "dai", seeds["dai"])
    yield nc
    await nc.close()


async def _noticed(dai: Client, reply: str = "", headers: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    """What is put down of a post with these."""
    with capture_logs() as logs:
        await dai.publish("submit.dai", posted("1"), reply=reply, headers=headers)
        await dai.publish("submit.dai", posted("2"), reply="receipts.dai.last")

        async def last() -> bool:
            return any("receipts.dai.last" in str(one["what"]) for one in logs)

        await until(last, "the last post is seen")
    return [(str(one["why"]), str(one["agency"]), str(one["what"])) for one in logs][:-1]


@pytest.mark.parametrize("reply", [reply for reply in FORGED if not reply.startswith("$JS.ACK.")])
async def test_a_forged_reply_is_put_down(dai: Client, reply: str) -> None:
    assert await _noticed(dai, reply) == [("forged_reply", "dai", reply)]


async def test_a_reply_that_would_acknowledge_is_put_down_by_the_server(dai: Client, nats_server: Running) -> None:
    """It passes on nothing of that post."""
    reply = "$JS.ACK.INTAKE.submissions-intake.1.1.1.1.0"
    assert await _noticed(dai, reply) == []
    (line,) = [one for one in nats_server.child.log.read_text().splitlines() if reply in one]
    assert "Violation" in line
    assert "EDGE-dai" in line


@pytest.mark.parametrize("header", [SEQUENCE, "Nats-Msg-Id", "nats-expected-stream"])
async def test_a_header_for_the_server_is_put_down_though_the_post_is_not_stored(
    dai: Client, js: JetStreamContext, header: str
) -> None:
    """What the server refuses for it isn't stored, and nats-server doesn't log it."""
    assert await _noticed(dai, headers={header: "7", "X": "1"}) == [("server_header", "dai", f"{header}: 7")]


async def test_no_header_hides_another(dai: Client) -> None:
    """Each is cut by itself, and of very many their number is said."""
    filler = {f"Nats-{n:02}": "x" * 500 for n in range(30)}
    ((_, _, what),) = await _noticed(dai, headers={"Nats-0": "x" * 500, SEQUENCE: "7"})
    assert what == f"{'Nats-0: ' + 'x' * 92}; {SEQUENCE}: 7"
    ((_, _, what),) = await _noticed(dai, headers=filler)
    assert what.endswith("; and 10 more")


async def test_a_right_post_is_no_attempt(dai: Client, js: JetStreamContext) -> None:
    """As the client library sends it, and without any reply."""
    with capture_logs() as logs:
        await dai.jetstream().publish("submit.dai", posted("1"), headers={"Content-Type": "application/json"})
        assert await _noticed(dai) == []
    assert logs == []


async def test_two_watches_put_an_attempt_down_once(dai: Client, nats_server: Running) -> None:
    url = identity_of(nats_server.data).url("submissions", address(nats_server.port))
    other = await nats.connect(url, inbox_prefix="_INBOX_submissions", allow_reconnect=False)
    await watch_posts(other)
    await flushed(other)
    replies = [f"submit.huyen.{number}" for number in range(20)]
    with capture_logs() as logs:
        for reply in replies:
            await dai.publish("submit.dai", posted("1"), reply=reply)

        async def all_seen() -> bool:
            return len(logs) >= len(replies)

        await until(all_seen, "every attempt is seen")
        await other.drain()
    assert sorted(str(one["what"]) for one in logs) == sorted(replies)


async def test_what_is_put_down_is_short_and_fit_to_print(dai: Client) -> None:
    ((_, _, what),) = await _noticed(dai, "\u202e" + "x" * 500)
    assert what == "\ufffd" + "x" * 99


async def test_the_service_watches(nats_server: Running, js: JetStreamContext, settings: Settings) -> None:
    """As soon as it is ready, beside taking posts in."""
    seeds = await let_in(nats_server, "dai")
    nc = await as_agency(nats_server, "dai", seeds["dai"])
    async with in_process("submissions", start, settings):
        with capture_logs() as logs:
            await nc.publish("submit.dai", posted("1"), reply="submit.huyen")

            async def seen() -> bool:
                return any(one["event"] == "attempt" for one in logs)

            await until(seen, "the attempt is seen")
    (line,) = [one for one in logs if one["event"] == "attempt"]
    assert (line["agency"], line["what"], line["log_level"]) == ("dai", "submit.huyen", "warning")
    await nc.close()
