"""The NATS store is lost, cut short or put back while services run: they go on, and a refill makes the log whole."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.servers.server import Running
from shared import topology
from shared.settings import Settings
from tests.faults.stores import restore, snapshot, store_of, truncate, wipe
from tests.faults.whole_house import CONSUMERS, House, connected, publish_the_plan
from tests.harness.inbox import Inbox
from tests.harness.services import Processes
from tests.integration.log import handled
from tests.integration.until import until


@pytest.fixture
async def house(nats_server: Running, settings: Settings, processes: Processes) -> AsyncIterator[House]:
    """A plan, five days and ten outputs, all told and handled."""
    async with connected(nats_server) as nc:
        await topology.apply(nc.jetstream())
        async with processes(*CONSUMERS) as supervisor:
            await publish_the_plan(settings, nc)
            house = House(nats_server, nc, settings, supervisor)
            await house.post(10)
            await house.has_mailed()
            yield house


async def test_a_wiped_store_is_said_and_refilled_while_services_run(house: House, inbox: Inbox) -> None:
    """Each service names the lost log and its consumers; after a refill all go on, and nothing lacks or doubles."""
    house.server.child.kill()
    wipe(store_of(house.server))
    await house.come_back()
    for name, consumers in CONSUMERS.items():

        async def says(name: str = name, consumers: set[str] = consumers) -> bool:
            return set(await house.problems(name)) == {"log", *consumers}

        await until(says, f"{name} misses the log, its consumers, and nothing else")
    assert await house.refill() > 10
    await house.post(10)
    await house.is_whole(inbox)


async def test_a_store_wiped_under_load_is_whole_after_a_refill(house: House, inbox: Inbox) -> None:
    """Integrators post, and post again what got no answer, before, meanwhile and after: all is there, once."""
    posting = asyncio.create_task(house.post(60, again_after=timedelta(seconds=2)))
    await house.has_posted(20)
    house.server.child.kill()
    assert not posting.done()
    wipe(store_of(house.server))
    await house.come_back()
    await house.refill()
    await posting
    await house.is_whole(inbox)


async def test_a_log_that_was_cut_is_whole_after_a_refill(house: House, inbox: Inbox) -> None:
    """Services are ready and take in outputs before and after it; what the cut took is back, once."""
    house.server.child.kill()
    truncate(store_of(house.server), topology.EVENTS, random.Random(1))
    await house.come_back()
    await house.is_ready("submissions")
    await house.post(5)
    assert await house.refill() > 0
    await house.post(5)
    await house.is_whole(inbox)


async def test_a_store_of_yesterday_is_whole_after_a_refill(house: House, inbox: Inbox, tmp_path: Path) -> None:
    """What came since the copy is back, once; what waited in the intake then and was answered since changes nothing."""
    with house.paused("submissions"):
        await house.leave(5)
        house.server.stop()
        snapshot(store_of(house.server), tmp_path / "copy")
    await house.come_back()
    await house.post(10)
    await handled(house.nc.jetstream(), topology.SUBMISSIONS_INTAKE)
    house.server.child.kill()
    restore(store_of(house.server), tmp_path / "copy")
    await house.come_back()
    assert (await house.nc.jetstream().stream_info(topology.INTAKE)).state.messages > 0
    await house.is_ready("submissions")
    await house.post(5)
    assert await house.refill() > 0
    await house.post(5)
    await house.is_whole(inbox)
