"""The servers of a run, and what the log holds before the first event: the plan, published by assignments."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from pymongo import MongoClient

from deploy.house import apply_topology
from deploy.log_reader import read_log
from deploy.servers.embedded import servers
from deploy.supervisor import supervise
from shared import topology
from shared.ask import ask, request_body
from shared.settings import PREFIX, read_settings
from tests.bench.events import PLAN, TODAY
from tests.bench.jetstream import remove
from tests.bench.redis_server import RedisServer, redis_server
from tests.harness.services import LINK_SECRET
from tests.harness.tree import ROOT

WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, repr=False)
class House:
    """Servers that are up. `log` is what a log with the plan and its last day holds; `environ` is for services."""

    nc: Client
    mongo: MongoClient[dict[str, object]]
    mongo_url: str
    nats_url: str
    redis: RedisServer | None
    server_pids: tuple[int, ...]
    folder: Path
    environ: Mapping[str, str]
    log: tuple[Msg, ...] = ()

    @property
    def js(self) -> JetStreamContext:
        return self.nc.jetstream(timeout=20)

    async def renew_streams(self) -> None:
        """Our streams and consumers as they are before the first event: only the plan has been told."""
        for stream in topology.STREAMS:
            await remove(self.js, str(stream.name))
        await topology.apply(self.js)
        for msg in self.log:
            name = Header.MSG_ID.value  # the other headers are of the batch in which it came
            await self.js.publish(msg.subject, msg.data, headers={name: (msg.headers or {})[name]})


def clean_environ() -> dict[str, str]:
    """The environment without settings of ours, and with this checkout on the path."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**environ, "PYTHONPATH": str(ROOT)}


@asynccontextmanager
async def house(within: Path | None = None) -> AsyncIterator[House]:
    """Fresh servers for the time of the block, and the plan published on them once. From the main thread.

    Their data lies in a new folder `within`, which is removed afterwards.
    """
    environ = clean_environ()
    with (
        TemporaryDirectory(prefix="dondoc-bench-", dir=within) as data,
        servers(Path(data), environ, nats_port=0, mongo_port=0) as up,
        redis_server(Path(data)) as redis,
        MongoClient(up.mongo_url) as mongo,
    ):
        pids = [running.child.pid for running in up.embedded] + ([redis.pid] if redis else [])
        nc = await nats.connect(up.nats_url)
        environ |= {"DONDOC_NATS_URL": up.nats_url, "DONDOC_MONGO_URL": up.mongo_url, "DONDOC_CALENDAR": "manual"}
        environ["DONDOC_LINK_SECRET"] = LINK_SECRET
        log = await _published(nc, environ)
        yield House(nc, mongo, up.mongo_url, up.nats_url, redis, tuple(pids), Path(data), environ, log)
        await nc.close()


async def _published(nc: Client, environ: Mapping[str, str]) -> tuple[Msg, ...]:
    await apply_topology(read_settings(environ))
    async with supervise(environ, lambda name, line: None, names=["assignments"]) as supervisor:
        await supervisor.ready()
        await ask(nc, "dondoc.assignments.publish_plan", PLAN.read_bytes(), WITHIN)
        await ask(nc, "dondoc.assignments.publish_day", request_body(date=TODAY.isoformat()), WITHIN)
        while b'"unpublished": 0' not in await ask(nc, "dondoc.assignments.pending", b"", WITHIN):
            pass
    return tuple([msg async for msg in read_log(nc.jetstream())])
