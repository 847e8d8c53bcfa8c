"""Agencies' keys on a running server: forged replies, new keys, ended ones, and everybody else undisturbed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NoStreamResponseError

from deploy.identity import nkey
from deploy.identity.applying import NotApplied, apply
from deploy.identity.ending import end_keys
from deploy.identity.issue_key import give_key, revoke_keys
from deploy.identity.keys import Key, with_key
from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from shared import topology
from shared.flushed import flushed
from tests.harness.edge import as_agency, let_in
from tests.integration.until import until

EVENTS_A_SECOND = 1_000
FORGED = (
    "dondoc.output.recorded.huyen",
    "dondoc.intake.huyen",
    "submit.huyen",
    "receipts.huyen.recorded",
    "_INBOX_huyen.x",
    "_INBOX.x",
    "$JS.API.STREAM.PURGE.EVENTS",
    "$JS.ACK.INTAKE.submissions-intake.1.1.1.1.0",
)


@pytest.fixture
async def seeds(nats_server: Running, js: JetStreamContext) -> dict[str, str]:
    return await let_in(nats_server, "dai", "huyen")


@pytest.fixture
async def dai(nats_server: Running, seeds: dict[str, str]) -> AsyncIterator[Client]:
    nc = await as_agency(nats_server, "dai", seeds["dai"])
    yield nc
    await nc.close()


@pytest.fixture
async def huyen(nats_server: Running, seeds: dict[str, str]) -> AsyncIterator[Client]:
    nc = await as_agency(nats_server, "huyen", seeds["huyen"])
    yield nc
    await nc.close()


async def _held(js: JetStreamContext, stream: str) -> dict[str, int]:
    """How many messages of each subject the stream has; those of posts as the operator names them."""
    held = (await js.stream_info(stream, subjects_filter=">")).state.subjects or {}
    return {subject.partition("~")[0]: count for subject, count in held.items()}


async def _events(js: JetStreamContext) -> dict[str, int]:
    """What the log holds when the server has stored whatever was on its way there: it stores one after the other."""
    await js.publish("dondoc.calendar.day.2026-01-01", b"{}")
    held = await _held(js, topology.EVENTS)
    del held["dondoc.calendar.day.2026-01-01"]
    return held


async def _refuses(server: Running, agency: str, seed: str) -> bool:
    try:
        nc = await as_agency(server, agency, seed)
    except nats.errors.Error as error:
        return "Authorization Violation" in str(error)
    except ConnectionResetError:  # the server hung up before the client had ended its greeting
        return True
    await nc.close()
    return False


async def test_an_agency_posts_by_its_own_subject_and_hears_its_own_receipts(
    js: JetStreamContext, dai: Client, huyen: Client
) -> None:
    """The post lies in INTAKE under the agency's name; what is told to one the other doesn't hear."""
    heard = [await nc.subscribe(f"receipts.{name}.>") for nc, name in ((dai, "dai"), (huyen, "huyen"))]
    await asyncio.gather(flushed(dai), flushed(huyen))
    stored = await dai.jetstream().publish("submit.dai", b"{}")
    assert (stored.stream, await _held(js, topology.INTAKE)) == ("INTAKE", {"dondoc.intake.dai": 1})
    await js.publish("dondoc.output.recorded.dai", b"to dai")
    await js.publish("dondoc.output.rejected.huyen", b"to huyen")
    told = [await one.next_msg(timeout=10) for one in heard]
    assert [(msg.subject, msg.data) for msg in told] == [
        ("receipts.dai.recorded", b"to dai"),
        ("receipts.huyen.rejected", b"to huyen"),
    ]
    assert [one.pending_msgs for one in heard] == [0, 0]


@pytest.mark.parametrize("reply", FORGED)
async def test_a_forged_reply_writes_nothing(js: JetStreamContext, dai: Client, reply: str) -> None:
    """The server's answer goes where the sender says, but never into another account: only the post is stored, if it
    is (one that wants its answer as an acknowledgement isn't)."""
    await dai.publish("submit.dai", b"{}", reply=reply)
    await dai.jetstream().publish("submit.dai", b"{}")  # answered after the other one
    assert (await _held(js, topology.INTAKE)).keys() == {"dondoc.intake.dai"}
    assert await _events(js) == {}


async def test_within_one_account_the_same_would_write(js: JetStreamContext, nc: Client) -> None:
    """Why there are two: who posts from inside HUB has the server write a receipt for somebody else."""
    await nc.publish("dondoc.intake.dai", b"{}", reply="dondoc.output.recorded.huyen")
    await nc.jetstream().publish("dondoc.intake.dai", b"{}")
    assert await _events(js) == {"dondoc.output.recorded.huyen": 1}


async def test_the_answer_to_a_forged_reply_reaches_nobody_else(
    dai: Client, huyen: Client, js: JetStreamContext
) -> None:
    """It stays in the sender's own account: what another one hears first is its own receipt."""
    heard = [await huyen.subscribe(subject) for subject in ("receipts.huyen.>", "_INBOX_huyen.>")]
    await flushed(huyen)
    for number, reply in enumerate(("receipts.huyen.recorded", "_INBOX_huyen.x") * 50, 1):
        await dai.publish("submit.dai", b'{"type": "chosen"}', reply=reply)
        if number % 10 == 0:
            await dai.flush()

    async def all_stored() -> bool:
        return (await _held(js, topology.INTAKE)).get("dondoc.intake.dai") == 100

    await until(all_stored, "every post is stored")
    await js.publish("dondoc.output.recorded.huyen", b"its own")
    assert (await heard[0].next_msg(timeout=10)).data == b"its own"
    assert [one.pending_msgs for one in heard] == [0, 0]


async def test_a_trace_goes_nowhere_else(js: JetStreamContext, nats_server: Running, seeds: dict[str, str]) -> None:
    """The header that asks the server for a message's trace is no way around: it is refused like a publish."""
    refused: list[str] = []

    async def on_error(error: Exception) -> None:
        refused.append(str(error))

    nc = await as_agency(nats_server, "dai", seeds["dai"], on_error)
    await nc.publish("submit.dai", b"{}", headers={"Nats-Trace-Dest": "submit.huyen"})
    await flushed(nc)
    await nc.close()
    assert 'permissions violation for publish to "submit.huyen"' in refused[0]
    assert "dondoc.intake.huyen" not in await _held(js, topology.INTAKE)


async def test_a_revoked_key_is_cut_off_and_never_let_in_again(
    nats_server: Running, seeds: dict[str, str], dai: Client, huyen: Client
) -> None:
    """The connection ends, the seed opens nothing; the other agency doesn't notice."""
    identity = identity_of(nats_server.data)
    assert revoke_keys("dai", identity, datetime.now(UTC)) == 1
    assert await apply(identity, address(nats_server.port)) == 1

    async def ended() -> bool:
        return dai.is_closed

    await until(ended, "the connection ends")
    assert await _refuses(nats_server, "dai", seeds["dai"])
    await huyen.jetstream().publish("submit.huyen", b"{}")
    nats_server.child.kill()
    nats_server.start()
    assert await _refuses(nats_server, "dai", seeds["dai"])


async def test_a_key_whose_time_is_over_opens_nothing(nats_server: Running, seeds: dict[str, str]) -> None:
    """It was right once; and it isn't in what the server reads."""
    identity, seed, now = identity_of(nats_server.data), nkey.new_seed(), datetime.now(UTC)
    ended = Key(nkey.public_key(seed), now - timedelta(days=2), now - timedelta(days=1))
    identity.change("so", lambda keys: with_key(keys, "so", ended, now))
    await apply(identity, address(nats_server.port))
    assert await _refuses(nats_server, "so", seed)
    assert ended.public not in (identity.path / "accounts.conf").read_text()


async def test_a_new_key_and_the_old_one_count_side_by_side_until_the_old_one_ends(
    nats_server: Running, seeds: dict[str, str], dai: Client
) -> None:
    """An integrator changes keys without an outage; without an overlap the old one ends at once."""
    identity = identity_of(nats_server.data)
    second = give_key("dai", identity, datetime.now(UTC), timedelta(hours=1)).read_text().strip()
    await apply(identity, address(nats_server.port))
    assert not await _refuses(nats_server, "dai", second)
    assert not await _refuses(nats_server, "dai", seeds["dai"])
    assert not dai.is_closed
    third = give_key("dai", identity, datetime.now(UTC), timedelta(0)).read_text().strip()
    await apply(identity, address(nats_server.port))
    assert not await _refuses(nats_server, "dai", third)
    assert await _refuses(nats_server, "dai", seeds["dai"])
    assert await _refuses(nats_server, "dai", second)


async def test_an_agency_is_added_while_others_post_and_nobody_is_disconnected(
    nats_server: Running, js: JetStreamContext, nc: Client, dai: Client, huyen: Client
) -> None:
    """A thousand events a second go on before, while and after: each is acknowledged and stored once, no connection is
    made anew. In the moment in which the server reads its accounts a post may find nobody; it is posted again."""
    posted = 0
    stop = asyncio.Event()

    async def insist(stream: JetStreamContext, subject: str) -> None:
        while True:
            with suppress(NoStreamResponseError):
                await stream.publish(subject, b"{}")
                return

    async def post(client: Client, agency: str, pause: float) -> None:
        nonlocal posted
        stream = client.jetstream(timeout=30)
        while not stop.is_set():
            pausing = asyncio.create_task(asyncio.sleep(pause))
            await asyncio.gather(*(insist(stream, f"submit.{agency}") for _ in range(25)))
            posted += 25
            await pausing

    pause = 2 * 25 / EVENTS_A_SECOND
    posting = [asyncio.create_task(post(client, name, pause)) for client, name in ((dai, "dai"), (huyen, "huyen"))]

    async def go_on() -> None:
        before = posted

        async def more() -> bool:
            return posted >= before + EVENTS_A_SECOND

        await until(more, "a thousand more are posted")

    await go_on()
    for name in ("so", "xa", "phuong"):
        (seed,) = (await let_in(nats_server, name)).values()
        added = await as_agency(nats_server, name, seed)
        await added.jetstream().publish(f"submit.{name}", b"{}")
        await added.close()
    await go_on()
    stop.set()
    await asyncio.gather(*posting)  # raises what any of them was refused
    assert [client.is_connected for client in (nc, dai, huyen)] == [True, True, True]
    held = await _held(js, topology.INTAKE)
    assert held["dondoc.intake.dai"] + held["dondoc.intake.huyen"] == posted


async def test_a_configuration_that_the_server_refuses_changes_nothing(nats_server: Running, dai: Client) -> None:
    """The reason is told, and everybody stays."""
    identity = identity_of(nats_server.data)
    (identity.path / "accounts.conf").write_text("accounts {")
    with pytest.raises(NotApplied, match="refuses its configuration"):
        await apply(identity, address(nats_server.port))
    await dai.jetstream().publish("submit.dai", b"{}")


async def test_a_key_is_taken_out_when_its_time_comes(nats_server: Running, seeds: dict[str, str]) -> None:
    """Without a command: what looks after it under `dondoc up` does."""
    identity = identity_of(nats_server.data)
    looking = asyncio.create_task(end_keys(identity, address(nats_server.port), print, timedelta(milliseconds=50)))
    ends = datetime.now(UTC) + timedelta(seconds=3)
    seed = give_key("so", identity, datetime.now(UTC), ends=ends).read_text().strip()
    await apply(identity, address(nats_server.port))
    nc = await as_agency(nats_server, "so", seed)

    async def cut_off() -> bool:
        return nc.is_closed

    await until(cut_off, "the connection is cut")
    assert datetime.now(UTC) >= ends
    assert await _refuses(nats_server, "so", seed)
    looking.cancel()
