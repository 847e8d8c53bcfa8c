"""A service's life: it waits for what it needs and says so, refuses what can't work, and ends when it is told."""

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import nats
import pytest
from nats.js import JetStreamContext

from deploy.servers.embedded import start as start_server
from deploy.servers.folder import open_folder
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from deploy.servers.ports import free_port
from deploy.servers.server import Running, Server
from services.submissions.app import start as start_submissions
from shared import topology
from shared.runtime import Runtime
from shared.service import EX_CONFIG, run
from shared.settings import Settings
from shared.topology import EVENTS, SUBMISSIONS_EVENTS
from tests.harness.servers import clean_environ
from tests.harness.services import LINK_SECRET, in_process
from tests.integration.service_process import running
from tests.integration.until import until

NAME = "submissions"


class Place:
    """Servers that are not there until a test starts them, and the environment that names them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.ports = {server.name: free_port(0) for server in (NATS, MONGO)}
        for server in (NATS, MONGO):
            server.prepare(folder / server.name / server.name)
        urls = {
            server.variable: server.url(folder / server.name / server.name, self.ports[server.name])
            for server in (NATS, MONGO)
        }
        self.environ = {
            **clean_environ(),
            **urls,
            "DONDOC_LINK_SECRET": LINK_SECRET,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def start(self, server: Server) -> Running:
        folder = self._stack.enter_context(open_folder(self._folder / server.name, needed=0))
        started = start_server(server, folder, clean_environ(), self.ports[server.name])
        self._stack.callback(started.child.kill)
        assert started.port == self.ports[server.name]
        return started


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


async def test_it_waits_for_what_is_not_there_and_is_ready_when_it_comes(place: Place) -> None:
    """MongoDB, NATS, topology, in turn: one line each, live all the while, not ready with the reason; then ready."""
    async with running(NAME, place.environ, free_port(0)) as service:
        await service.waits_for("waiting for MongoDB: ")
        place.start(MONGO)
        await service.waits_for("waiting for NATS: ")
        started = place.start(NATS)
        await service.waits_for("waiting for the topology: stream EVENTS is missing")
        nc = await nats.connect(started.url)
        await topology.apply(nc.jetstream())
        await service.is_ready()
        for what in ("MongoDB", "NATS", "the topology"):
            await service.says(f"{what} is there")
            assert sum(f"waiting for {what}" in line for line in service.lines) == 1
        assert sum("run `dondoc topology apply`" in line for line in service.lines) == 1
        assert not any("Traceback" in line for line in service.lines)
        await nc.close()


async def test_told_to_stop_while_it_waits_it_ends_at_once_and_well(place: Place) -> None:
    """A service that never got ready is no failure when it is asked to end."""
    async with running(NAME, place.environ, free_port(0)) as service:
        await service.waits_for("waiting for MongoDB: ")
        service.process.send_signal(signal.SIGTERM)
        assert await service.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_running_service_ends_well_when_it_is_told_to(
    js: JetStreamContext, environ: dict[str, str], number: signal.Signals
) -> None:
    """Either signal: it finishes, says so and exits with 0."""
    async with running(NAME, environ, free_port(0)) as service:
        await service.is_ready()
        service.process.send_signal(number)
        assert await service.ends() == 0
        await service.says("stopping")
        assert not any("Traceback" in line for line in service.lines)


async def test_a_mongod_that_is_no_replica_set_is_waited_for_in_words(place: Place) -> None:
    """Something answers at the address, but transactions need a replica set."""
    environ = place.environ | {"DONDOC_MONGO_URL": f"mongodb://127.0.0.1:{place.ports[NATS.name]}/"}
    place.start(NATS)
    async with running(NAME, environ, free_port(0)) as service:
        await service.waits_for("waiting for MongoDB: ")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"DONDOC_NATS": "x"}, "DONDOC_NATS is not a setting; the nearest is DONDOC_NATS_URL"),
        ({"DONDOC_MONGO_URL": "localhost"}, "DONDOC_MONGO_URL='localhost' is wrong"),
        ({"DONDOC_CALENDAR": "off", "DONDOC_LOG": "x"}, "DONDOC_CALENDAR='off' is wrong"),
    ],
)
async def test_wrong_settings_end_it_with_one_line_and_code_78(wrong: dict[str, str], said: str) -> None:
    """Trying again would end the same, so whoever watches it doesn't try."""
    environ = {**clean_environ(), "PYTHONPATH": str(Path(__file__).parents[2])}
    async with running(NAME, environ | wrong, free_port(0)) as service:
        assert await service.ends() == EX_CONFIG
    assert len(service.lines) == 1
    assert said in service.lines[0]


async def test_a_port_that_is_taken_ends_it_with_one_line(place: Place) -> None:
    """It names the port and the variable that chooses another; a supervisor may try again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with running(NAME, place.environ, port) as service:
            assert await service.ends() != 0
    assert len(service.lines) == 1
    assert f"port {port} on 127.0.0.1 can't be used" in service.lines[0]
    assert "DONDOC_HTTP_PORT" in service.lines[0]


async def test_a_start_that_fails_is_said_and_ends_the_process(
    js: JetStreamContext, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, so that whoever watches it starts it again."""

    async def start(_: Runtime) -> None:
        raise RuntimeError("no index can be made")

    assert await run(NAME, start, settings) == 1
    assert "no index can be made" in capsys.readouterr().err


async def test_a_consumer_that_is_deleted_makes_it_not_ready(js: JetStreamContext, settings: Settings) -> None:
    """It would be silent for ever while it looked well."""
    async with in_process(NAME, start_submissions, settings) as health:
        assert await health.problems() == {}
        await js.delete_consumer(EVENTS, SUBMISSIONS_EVENTS.name)
        assert list(await health.problems()) == [SUBMISSIONS_EVENTS.name]


async def test_a_nats_server_that_dies_makes_it_not_ready_until_it_is_back(
    js: JetStreamContext, settings: Settings, nats_server: Running
) -> None:
    """It reconnects by itself, without a restart."""
    async with in_process(NAME, start_submissions, settings) as health:
        nats_server.child.kill()

        async def gone() -> bool:
            return "nats" in await health.problems()

        await until(gone, "it says that NATS is gone")
        nats_server.start()

        async def back() -> bool:
            return not await health.problems()

        await until(back, "it is ready again")


async def test_a_cluster_is_named_by_several_addresses(
    js: JetStreamContext, settings: Settings, nats_server: Running
) -> None:
    """Where the first isn't there the next one is taken."""
    several = f"nats://127.0.0.1:{free_port(0)},{nats_server.url}"
    async with in_process(NAME, start_submissions, settings.model_copy(update={"nats_url": several})) as health:
        assert await health.problems() == {}
