"""Thousands of bodies by either way: each is answered by the contract, nothing crashes, and memory stays flat."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared import topology
from tests.abuse.bodies import PATIENT, anything, events, raw, written
from tests.bench.usage import MIB, resident
from tests.contracts.documents import document, validator
from tests.harness.http import request
from tests.harness.services import Processes
from tests.harness.tree import ROOT
from tests.integration.http_desk import BATCH
from tests.integration.promised import check
from tests.integration.until import until

AGENCY = "dai-ptth"
AT_ONCE = 32
GROWTH = 24 * MIB
ASYNCAPI = document("asyncapi.json")
MESSAGES = ASYNCAPI["components"]["messages"]
Post = Callable[[list[Any]], Awaitable[None]]


@dataclass
class House:
    url: str
    token: str
    pid: int


@pytest.fixture
async def house(js: JetStreamContext, processes: Processes, environ: dict[str, str]) -> AsyncIterator[House]:
    """Submissions as a process of its own, with the plan of 2023 and an agency that may post as fast as it can."""
    environ["DONDOC_HTTP_RATE"] = "100000"

    async def dondoc(*arguments: str) -> str:
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        done = await asyncio.create_subprocess_exec(*command, env=environ, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        said, _ = await done.communicate()
        assert done.returncode == 0
        return said.decode().strip()

    async with processes("assignments", "submissions") as running:
        await dondoc("plan", "publish", str(ROOT / "plans/quang-ngai-2023.yaml"))
        await dondoc("day", "publish", "2026-03-02")
        submissions = running.services["submissions"]
        assert submissions.pid is not None
        house = House(submissions.url, await dondoc("agency", "add", AGENCY), submissions.pid)
        yield house
        assert submissions.pid == house.pid, "it was started again"


async def _flat(house: House, count: int, bodies: st.SearchStrategy[Any], post: Post) -> None:
    """Post `count` bodies or more, some at once, in two halves: the second one needs no more memory."""
    loop = asyncio.get_running_loop()

    @settings(max_examples=count // 2 // AT_ONCE + 1, **PATIENT)
    @given(st.lists(bodies, min_size=AT_ONCE, max_size=2 * AT_ONCE))
    def half(made: list[Any]) -> None:
        going: Coroutine[Any, Any, None] = post(made)  # type: ignore[assignment]
        asyncio.run_coroutine_threadsafe(going, loop).result()

    await asyncio.to_thread(half)
    before = resident(house.pid)
    await asyncio.to_thread(half)
    after = resident(house.pid)
    assert before > 0
    assert after - before < GROWTH, f"{before // MIB} MiB became {after // MIB}"


async def test_by_http(house: House, pytestconfig: pytest.Config) -> None:
    """Every batch is answered, each of its events with a status and a receipt, as the OpenAPI document says."""
    headers = {**BATCH, "Authorization": f"Bearer {house.token}"}
    count = 0

    async def post(made: list[Any]) -> None:
        nonlocal count
        answer = await request("POST", f"{house.url}/v1/events", written(made), headers)
        check(answer, "post", "/v1/events", 200)
        assert len(answer.json["results"]) == len(made)
        count += len(made)

    wanted = pytestconfig.getoption("bodies")
    await _flat(house, wanted, events | anything, post)
    assert count >= wanted


async def test_by_nats(house: House, nc: Client, js: JetStreamContext, pytestconfig: pytest.Config) -> None:
    """Each message is answered by one receipt that the AsyncAPI document allows; none is buried, none comes back."""
    receipts = {one["name"]: validator(ASYNCAPI, one["payload"]) for one in MESSAGES.values()}
    posted = 0
    heard: list[Msg] = []

    async def hear(msg: Msg) -> None:
        heard.append(msg)

    async def post(made: list[bytes]) -> None:
        nonlocal posted
        for body in made:
            await nc.publish(f"dondoc.intake.{AGENCY}", body)
        posted += len(made)

        async def answered() -> bool:
            return len(heard) >= posted

        await until(answered, f"{posted} are answered")
        for msg in heard[-len(made) :]:
            receipt = json.loads(msg.data)
            assert receipts[receipt["type"]].is_valid(receipt), receipt

    await nc.subscribe(f"dondoc.output.*.{AGENCY}", cb=hear)
    wanted = pytestconfig.getoption("bodies")
    await _flat(house, wanted, raw, post)
    assert len(heard) == posted >= wanted
    assert (await js.stream_info(topology.DEADLETTER)).state.messages == 0
