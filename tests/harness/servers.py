"""Real servers for tests: one mongod a worker, one nats-server a test, and a database of its own for each test."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.servers.embedded import start
from deploy.servers.folder import open_folder
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from deploy.servers.server import Running, Server
from shared import topology
from shared.mongo import Mongo
from shared.settings import PREFIX


def clean_environ() -> dict[str, str]:
    """The environment without settings of ours, so that a test never touches servers that somebody works with."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _running(server: Server) -> Iterator[Running]:
    with TemporaryDirectory(prefix="dondoc-test-") as data, open_folder(Path(data), needed=0) as folder:
        running = start(server, folder, clean_environ(), preferred=0)
        yield running
        running.child.kill()


@pytest.fixture(scope="session")
def mongod() -> Iterator[Running]:
    """A mongod for all tests of this worker; `database_prefix` keeps them apart."""
    yield from _running(MONGO)


@pytest.fixture
def own_mongod() -> Iterator[Running]:
    """A mongod for this test alone, which may `.child.kill()` it and `.start()` it again: same port, same data."""
    yield from _running(MONGO)


@pytest.fixture
def nats_server() -> Iterator[Running]:
    """A nats-server for this test alone: its start takes less than deleting another test's streams and consumers.

    A test may `.child.kill()` it and `.start()` it again: same port, same data.
    """
    yield from _running(NATS)


@pytest.fixture
def database_prefix() -> str:
    """What no other test's databases begin with."""
    return f"t{secrets.token_hex(6)}"


@pytest.fixture
async def mongo(mongod: Running, database_prefix: str) -> AsyncIterator[Mongo]:
    """An empty database."""
    mongo = Mongo(mongod.url, f"{database_prefix}_test")
    yield mongo
    mongo.close()


@pytest.fixture
async def nc(nats_server: Running) -> AsyncIterator[Client]:
    """A connection to a nats-server without streams."""
    nc = await nats.connect(nats_server.url)
    yield nc
    await nc.close()


@pytest.fixture
async def js(nc: Client) -> JetStreamContext:
    """JetStream with our topology applied."""
    js = nc.jetstream()
    await topology.apply(js)
    return js
