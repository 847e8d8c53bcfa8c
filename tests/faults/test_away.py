"""nats-server away; the long run, with figures, is `python -m tests.faults.away`."""

import asyncio
import signal
from contextlib import AsyncExitStack

import pytest

from deploy.servers.ports import free_port
from deploy.supervisor import SERVICES
from tests.faults.away import go_away
from tests.faults.stage import stage
from tests.integration.service_process import ServiceProcess, running
from tests.integration.until import until
from tests.unit.shared.asking_health import ready

AWAY_SECONDS = 8.0


@pytest.mark.timeout(400)  # a busy machine takes its time to start so many processes
async def test_services_wait_for_a_nats_server_that_is_away() -> None:
    """Each says all the while that it isn't ready and why, and comes back without a restart; nothing is lost."""
    outcome = await go_away(AWAY_SECONDS, print)
    assert outcome.faults() == []
    assert all("no connection to NATS" in one.said["nats"] for one in outcome.services.values())


@pytest.mark.parametrize("away", ["nats", "mongo"])
async def test_services_end_well_though_a_server_is_away(away: str) -> None:
    """Told to stop when nothing can be finished, each ends with 0 and without a traceback."""
    async with AsyncExitStack() as stack:
        on = await stack.enter_async_context(stage("smtp://127.0.0.1:9"))
        services = [await stack.enter_async_context(running(name, on.environ, free_port(0))) for name in SERVICES]
        for service in services:
            await service.is_ready()
        server = on.nats_server if away == "nats" else on.mongod
        server.child.kill()
        for service in services:
            await until(lambda one=service: _misses(away, one), f"it says that {away} is gone")
            service.process.send_signal(signal.SIGTERM)
        assert await asyncio.gather(*(service.ends() for service in services)) == [0] * len(services)
        assert not any("Traceback" in line for service in services for line in service.lines)


async def _misses(server: str, service: ServiceProcess) -> bool:
    return server in (await ready(service.port))[1]
