"""The embedded servers, for real."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import nats
import pytest
from pymongo import MongoClient

from deploy.servers import CannotStart, Servers, servers
from deploy.servers.folder import open_folder
from deploy.servers.ports import LOOPBACK
from shared.settings import read_settings
from tests.harness.processes import lives, until
from tests.harness.servers import clean_environ

HOLD = """
import os, sys, time
from pathlib import Path
from deploy.servers import servers
from deploy.stopping import stoppable
with stoppable(), servers(Path(sys.argv[1]), os.environ, nats_port=0, mongo_port=0) as up:
    print(*[running.child.pid for running in up.embedded], flush=True)
    time.sleep(600)
"""


@contextmanager
def _up(data: Path, nats_port: int = 0, mongo_port: int = 0) -> Iterator[Servers]:
    with servers(data, clean_environ(), nats_port=nats_port, mongo_port=mongo_port) as up:
        yield up


def _count(up: Servers) -> int:
    """Writes a document in a transaction, as services do, and tells how many there are."""
    with MongoClient[dict[str, int]](up.mongo_url) as client:
        notes = client.sample.notes
        with client.start_session() as session, session.start_transaction():
            notes.insert_one({"n": 1}, session=session)
        return notes.count_documents({})


async def _store(up: Servers) -> int:
    """Stores a message in a stream, and tells how many there are."""
    nc = await nats.connect(up.nats_url)
    js = nc.jetstream()
    await js.add_stream(name="SAMPLE", subjects=["sample"])
    stored = await js.publish("sample", b"1")
    await nc.close()
    return stored.seq


async def test_what_was_written_is_there_after_a_restart_on_other_ports(tmp_path: Path) -> None:
    """The replica set follows its server to a new port, and transactions work at once, each time."""
    counts = []
    for _ in range(3):
        with _up(tmp_path) as up:
            counts.append((_count(up), await _store(up)))
    assert counts == [(1, 1), (2, 2), (3, 3)]


async def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    """kill -9 of both servers loses nothing that was acknowledged."""
    with _up(tmp_path) as up:
        assert (_count(up), await _store(up)) == (1, 1)
        up.kill()
    with _up(tmp_path) as up:
        assert (_count(up), await _store(up)) == (2, 2)


async def test_servers_that_died_come_back_where_they_were(tmp_path: Path) -> None:
    """The services reconnect to the same ports; what was written is there."""
    with _up(tmp_path) as up:
        assert (_count(up), await _store(up)) == (1, 1)
        assert up.revive() == []
        up.kill()
        assert [line.split()[0] for line in up.revive()] == ["nats-server", "mongod"]
        assert (_count(up), await _store(up)) == (2, 2)


async def test_taken_ports_are_no_obstacle(tmp_path: Path) -> None:
    """Somebody else has the standard ports: free ones are used, and the URLs say which."""
    with ExitStack() as stack:
        others = [stack.enter_context(socket.create_server((LOOPBACK, 0))) for _ in range(2)]
        taken = [other.getsockname()[1] for other in others]
        up = stack.enter_context(_up(tmp_path, *taken))
        assert not any(str(port) in up.nats_url + up.mongo_url for port in taken)
        assert (_count(up), await _store(up)) == (1, 1)


def test_the_urls_are_settings(tmp_path: Path) -> None:
    """What the servers say of themselves is what the services take."""
    with _up(tmp_path) as up:
        settings = read_settings({"DONDOC_NATS_URL": up.nats_url, "DONDOC_MONGO_URL": up.mongo_url})
    assert (settings.nats_url, settings.mongo_url) == (up.nats_url, up.mongo_url)


def test_only_this_machine_can_reach_them(tmp_path: Path) -> None:
    """Servers without passwords listen on the loopback interface alone."""
    with _up(tmp_path) as up:
        listening = {
            line.split()[1].split(":")[0]
            for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if int(line.split()[1].split(":")[1], 16) in {running.port for running in up.embedded}
            and line.split()[3] == "0A"
        }
        assert listening == {"0100007F"}
        assert "nats-server" in {running.server.name for running in up.embedded}


def test_servers_of_ones_own_are_used_instead(tmp_path: Path) -> None:
    """With both URLs set nothing is started, and no space is needed for what isn't."""
    own = {"DONDOC_NATS_URL": "nats://nats.example:4222", "DONDOC_MONGO_URL": "mongodb://mongo.example/?replicaSet=rs"}
    with servers(tmp_path, {**clean_environ(), **own}) as up:
        assert (up.nats_url, up.mongo_url) == tuple(own.values())
        assert up.embedded == ()


def test_one_server_of_ones_own_leaves_the_other_to_us(tmp_path: Path) -> None:
    """Each URL stands for its own server."""
    own = {"DONDOC_MONGO_URL": "mongodb://mongo.example/?replicaSet=rs"}
    with servers(tmp_path, {**clean_environ(), **own}, nats_port=0) as up:
        assert [running.server.name for running in up.embedded] == ["nats-server"]
        assert up.mongo_url == own["DONDOC_MONGO_URL"]


def test_a_second_run_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """Two runs on one data folder would destroy it."""
    with _up(tmp_path) as up:
        with pytest.raises(CannotStart, match="Another run"), open_folder(tmp_path, patience=timedelta(0)):
            pytest.fail("the folder was opened twice")
        assert _count(up) == 1


@pytest.mark.parametrize("number", [2, 15, 9], ids=["Ctrl-C", "SIGTERM", "kill -9"])
def test_no_server_outlives_its_run(tmp_path: Path, number: int) -> None:
    """However a run ends, no server is left behind, and the next run on its folder starts."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    environ = clean_environ()
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as run:
        assert run.stdout is not None
        pids = [int(pid) for pid in run.stdout.readline().split()]
        assert [lives(pid) for pid in pids] == [True, True]
        os.killpg(run.pid, number)  # to the whole group, as a terminal does
        run.wait()
    until(lambda: not any(lives(pid) for pid in pids), "the servers are gone")
    with _up(tmp_path) as up:
        assert _count(up) == 1


def test_at_the_end_the_servers_are_stopped_in_order(tmp_path: Path) -> None:
    """They get to close their files, and say so."""
    with _up(tmp_path) as up:
        nats_server, mongod = (running.child for running in up.embedded)
    assert mongod.exit_code == 0
    assert "Server Exiting" in nats_server.log.read_text()
