"""The services run, are started again, and stop together."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from deploy import supervisor as module
from deploy.servers.ports import LOOPBACK
from deploy.servers.trouble import CannotStart
from deploy.supervisor import Supervisor, supervise
from shared.listener import listen
from tests.harness.processes import lives, until

SOON = timedelta(seconds=0.3)

SERVICE = """
import http.server, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: (print(name, "stops in order", flush=True), os._exit(0)))
name = sys.argv[1]
print(name, "starts with", os.environ.get("GIVEN"), flush=True)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(None, Ready, bind_and_activate=False)
server.socket = socket.socket(fileno=int(sys.argv[sys.argv.index("--listen-fd") + 1]))
server.serve_forever()
"""
RUN = """
import asyncio, os, sys
from deploy.stopping import stoppable
from deploy.supervisor import supervise
async def main():
    async with supervise(os.environ, lambda n, l: None, names=["a", "b"], command=sys.argv[1:]) as s:
        await s.ready()
        print(*[service.pid for service in s.services.values()], flush=True)
        await asyncio.sleep(600)
with stoppable():
    asyncio.run(main())
"""


class Team:
    """A supervisor over services that are scripts, and what was said."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self.said: list[tuple[str, str]] = []

    def run(self, source: str, *names: str, tend: module.Tend | None = None) -> AbstractAsyncContextManager[Supervisor]:
        self._script.write_text(source)
        command = [sys.executable, str(self._script)]
        environ = {**os.environ, "GIVEN": "a setting"}
        return supervise(environ, lambda *line: self.said.append(line), names=names, command=command, tend=tend)

    async def hears(self, name: str, part: str) -> None:
        async with asyncio.timeout(30):
            while not any(who == name and part in line for who, line in self.said):
                await asyncio.sleep(0.01)


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.setattr(module, "FIRST_PAUSE", timedelta(milliseconds=10))
    return Team(tmp_path / "service.py")


async def test_every_service_runs_with_its_environment_and_a_port_of_its_own(team: Team) -> None:
    """The settings are handed on; each answers HTTP at its own."""
    async with team.run(SERVICE, "a", "b") as supervisor:
        await supervisor.ready()
        ports = {service.port for service in supervisor.services.values()}
    assert len(ports) == 2
    assert ("a", "a starts with a setting") in team.said
    assert ("b", "b starts with a setting") in team.said


async def test_a_service_that_is_killed_is_started_again(team: Team) -> None:
    """kill -9 of one: it comes back, and the other doesn't notice."""
    async with team.run(SERVICE, "a", "b") as supervisor:
        await supervisor.ready()
        victim, other = supervisor.services["a"], supervisor.services["b"]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        await team.hears("a", "was ended by SIGKILL; it is started again")
        async with asyncio.timeout(30):
            while victim.starts < 2:
                await asyncio.sleep(0.01)
        await supervisor.ready()
        assert (victim.starts, other.starts) == (2, 1)


async def test_who_asks_while_a_service_is_away_is_answered_when_it_is_back(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the port that was told: nobody else can have it meanwhile."""
    monkeypatch.setattr(module, "FIRST_PAUSE", SOON)
    async with team.run(SERVICE, "a") as supervisor:
        await supervisor.ready()
        service = supervisor.services["a"]
        port, pid = service.port, service.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await team.hears("a", "was ended by SIGKILL; it is started again")
        with pytest.raises(OSError, match="in use"):
            listen(LOOPBACK, port)
        assert service.pid is None
        reader, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in await reader.readline()
        writer.close()
        assert (service.starts, service.port) == (2, port)


async def test_at_the_end_all_are_stopped_in_order(team: Team) -> None:
    """SIGTERM lets a service finish what is in flight, and its last lines are heard."""
    async with team.run(SERVICE, "a", "b") as supervisor:
        await supervisor.ready()
        pids = [service.pid for service in supervisor.services.values() if service.pid]
    assert ("a", "a stops in order") in team.said
    assert ("b", "b stops in order") in team.said
    assert [lives(pid) for pid in pids] == [False, False]


async def test_a_service_that_does_not_stop_is_killed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deaf service doesn't keep the run from ending."""
    monkeypatch.setattr(module, "STOP_WITHIN", SOON)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    async with team.run(deaf, "a") as supervisor:
        await team.hears("a", "deaf")
        pid = supervisor.services["a"].pid
    assert pid is not None
    assert not lives(pid)


async def test_a_service_that_talks_while_it_stops_can_stop(team: Team) -> None:
    """Its output is read to the end: a full pipe would hold it until it is killed."""
    talker = (
        "import os, signal, time\n"
        "def end(*_):\n"
        "    for _ in range(4000):\n"
        "        print('x' * 100, flush=True)\n"
        "    print('all said', flush=True)\n"
        "    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)\n"
    )
    async with team.run(talker, "a"):
        await team.hears("a", "up")
    assert team.said[-1] == ("a", "all said")


async def test_a_wrong_configuration_ends_the_run_with_its_line(team: Team) -> None:
    """Exit code 78: another try would end the same, so the person reads why, and nothing goes on in the background."""
    wrong = "import sys; print('DONDOC_NATS_ULR is not a setting'); sys.exit(78)"
    with pytest.raises(CannotStart, match=r"^a: DONDOC_NATS_ULR is not a setting$"):
        async with team.run(wrong, "a") as supervisor:
            await supervisor.ready()
    assert supervisor.services["a"].starts == 1


async def test_a_service_that_never_is_ready_is_named(team: Team) -> None:
    """Whoever waits learns which one it is and what it said last."""
    silent = "import time; print('waiting for MongoDB', flush=True); time.sleep(600)"
    with pytest.raises(CannotStart, match=r"^a is not ready after 0 s: "):
        async with team.run(silent, "a") as supervisor:
            await supervisor.ready(within=SOON)


async def test_an_error_of_the_caller_comes_through_as_it_is(team: Team) -> None:
    """The services are stopped, and the caller's own exception isn't wrapped in another."""
    with pytest.raises(KeyError, match="mine"):
        async with team.run(SERVICE, "a"):
            raise KeyError("mine")


async def test_a_server_that_was_started_again_is_told(team: Team) -> None:
    """What tends the servers says what it did."""
    lines = iter([["mongod was ended by SIGKILL and was started again"]])
    async with team.run(SERVICE, "a", tend=lambda: next(lines, [])):
        await team.hears("servers", "mongod was ended")


async def test_a_server_that_cannot_be_started_again_ends_the_run(team: Team) -> None:
    """A full disk in the middle of a run: its one line, and an end in order."""

    def give_up() -> list[str]:
        raise CannotStart("The disk is full.")

    with pytest.raises(CannotStart, match=r"^The disk is full\.$"):
        async with team.run(SERVICE, "a", tend=give_up):
            await asyncio.sleep(600)


async def test_long_lines_and_bytes_that_are_no_text_pass(team: Team) -> None:
    """A service may say anything; the supervisor lives on."""
    odd = (
        "import sys, time\n"
        "sys.stdout.buffer.write(b'y' * 300_000 + b'\\n' + b'\\xff odd\\n\\nno line end')\n"
        "sys.stdout.flush()\n"
        "time.sleep(0.2)"
    )
    async with team.run(odd, "a"):
        await team.hears("a", "no line end")
    lengths = [len(line) for _, line in team.said[:3]]
    assert lengths == [300_000, len("? odd"), len("no line end")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_supervisor(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, SIGTERM or kill -9: no service is left behind."""
    script = tmp_path / "service.py"
    script.write_text(SERVICE)
    command = [sys.executable, "-c", RUN, sys.executable, str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert [lives(pid) for pid in pids] == [True, True]
        process.send_signal(number)
        process.wait()
    until(lambda: not any(lives(pid) for pid in pids), "the services are gone")
