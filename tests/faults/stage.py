"""Servers of one's own with a plan on them, for a fault that is tried by command as well as by a test."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nats
from nats.aio.client import Client

from deploy.servers import servers
from deploy.servers.server import Running
from shared import topology
from shared.ask import request_body
from tests.harness.asking import ask_until
from tests.harness.integrator import Output
from tests.harness.servers import clean_environ
from tests.harness.services import LINK_SECRET
from tests.harness.tree import ROOT

PLAN = ROOT / "plans" / "quang-ngai-2023.yaml"
DAY = "2023-02-27"
OUTPUT = Output("dai-ptth", "III.10b-radio", "2023-02-16")
ANSWER_WITHIN = timedelta(seconds=5)


@dataclass(frozen=True)
class Stage:
    """Servers that are up, and the environment of the services that are to work on them."""

    nats_server: Running
    mongod: Running
    environ: dict[str, str]
    nc: Client

    async def begin(self) -> None:
        """Publish the plan and its first day; assignments must be running."""
        await asked(self.nc, "assignments", "publish_plan", PLAN.read_bytes())
        await turn(self.nc, DAY)


@asynccontextmanager
async def stage(smtp_url: str) -> AsyncIterator[Stage]:
    """nats-server with our topology and mongod, for the time of a block; everything is on the loopback interface."""
    with (
        TemporaryDirectory(prefix="dondoc-faults-") as data,
        servers(Path(data), clean_environ(), nats_port=0, mongo_port=0) as up,
    ):
        nc = await nats.connect(up.nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_passed_over)
        await topology.apply(nc.jetstream())
        environ = {
            **clean_environ(),
            "DONDOC_NATS_URL": up.nats_url,
            "DONDOC_MONGO_URL": up.mongo_url,
            "DONDOC_SMTP_URL": smtp_url,
            "DONDOC_CALENDAR": "manual",
            "DONDOC_LINK_SECRET": LINK_SECRET,
            "DONDOC_HTTP_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }
        nats_server, mongod = up.embedded
        yield Stage(nats_server, mongod, environ, nc)
        await nc.close()
        up.kill()  # nobody needs the data any more


async def turn(nc: Client, day: str) -> None:
    """Turn the calendar to that day."""
    await asked(nc, "assignments", "publish_day", request_body(date=day))


async def asked(nc: Client, service: str, endpoint: str, payload: bytes = b"") -> Any:
    """What the service answers; asked again where a fault was in the way, since every question may be repeated."""
    return json.loads(await ask_until(nc, service, endpoint, payload, ANSWER_WITHIN))


async def _passed_over(_: Exception) -> None:
    """Disconnections are what the faults make."""
