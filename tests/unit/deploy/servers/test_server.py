"""Starting a server, on whatever port is to be had."""

import os
import socket
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.servers import server as module
from deploy.servers.folder import open_folder
from deploy.servers.ports import LOOPBACK, listens
from deploy.servers.server import Running, Server, run
from deploy.servers.trouble import CannotStart

LISTENER = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""
UNLUCKY = (
    """
import pathlib, sys
tries = pathlib.Path(sys.argv[2], "tries")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
if len(tries.read_text()) < int(sys.argv[3]):
    sys.exit("bind: address already in use")
"""
    + LISTENER
)


def _server(source: str, *more: str) -> Server:
    return Server(
        name="sample-server",
        distribution="",
        variable="DONDOC_SAMPLE_URL",
        standard_port=0,
        url=lambda _, port: f"sample://127.0.0.1:{port}",
        arguments=lambda data, port: ["-c", source, str(port), str(data), *more],
        serves=listens,
    )


def test_it_is_up_when_it_serves(tmp_path: Path) -> None:
    """Whoever gets the URL can connect at once."""
    with open_folder(tmp_path, needed=0) as folder:
        running = run(_server(LISTENER), Path(sys.executable), folder, 0, os.environ)
        socket.create_connection((LOOPBACK, running.port)).close()
        assert running.url == f"sample://127.0.0.1:{running.port}"
        running.stop()
        assert not listens(running.port)


def test_anothers_server_at_the_port_is_not_taken_for_ours(tmp_path: Path) -> None:
    """It answers, and would be used with all its data, while ours ends for want of the port."""
    with open_folder(tmp_path, needed=0) as folder, socket.create_server(("127.0.0.1", 0)) as another:
        server = _server("import sys; sys.exit(1)")
        running = Running(server, Path(sys.executable), folder, os.environ, another.getsockname()[1])
        with pytest.raises(CannotStart):
            running.start()


def test_a_port_that_is_taken_in_between_is_tried_again_elsewhere(tmp_path: Path) -> None:
    """Between finding a port free and having it somebody else may take it."""
    with open_folder(tmp_path, needed=0) as folder:
        running = run(_server(UNLUCKY, "2"), Path(sys.executable), folder, 0, os.environ)
        running.stop()
    assert (tmp_path / "sample-server" / "tries").read_text() == "xx"


def test_bad_luck_without_end_is_told(tmp_path: Path) -> None:
    """Where every port is taken in between something else is wrong; the person decides."""
    with (
        open_folder(tmp_path, needed=0) as folder,
        pytest.raises(CannotStart, match=r"took the port of sample-server.*DONDOC_SAMPLE_URL"),
    ):
        run(_server(UNLUCKY, "99"), Path(sys.executable), folder, 0, os.environ)
    assert (tmp_path / "sample-server" / "tries").read_text() == "x" * module.PORT_TRIES


def test_another_failure_is_not_tried_again(tmp_path: Path) -> None:
    """A server that fails for its own reasons would fail on any port."""
    source = "import pathlib, sys; pathlib.Path(sys.argv[2], 'tries').open('a').write('x'); sys.exit('broken')"
    with (
        open_folder(tmp_path, needed=0) as folder,
        pytest.raises(
            CannotStart, match=r"sample-server ended with code 1: broken \(all of it: .*sample-server\.log\)"
        ),
    ):
        run(_server(source), Path(sys.executable), folder, 0, os.environ)
    assert (tmp_path / "sample-server" / "tries").read_text() == "x"


def test_one_that_hangs_is_told_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that runs but never answers isn't waited for without end."""
    monkeypatch.setattr(module, "START_WITHIN", timedelta(seconds=0.3))
    with (
        open_folder(tmp_path, needed=0) as folder,
        pytest.raises(CannotStart, match="runs, but doesn't answer"),
    ):
        run(_server("import time; time.sleep(600)"), Path(sys.executable), folder, 0, os.environ)
    with open_folder(tmp_path, needed=0):  # which it couldn't if the child still held the lock
        pass


def test_what_is_no_program_is_told(tmp_path: Path) -> None:
    """A binary for another processor: the system's word, and the way around it."""
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x7fELF not for this machine")
    binary.chmod(0o755)
    with (
        open_folder(tmp_path / "data", needed=0) as folder,
        pytest.raises(CannotStart, match=r"can't be run on this machine \(Exec format error\): set DONDOC_SAMPLE_URL"),
    ):
        run(_server(""), binary, folder, 0, os.environ)


def test_a_server_speaks_english_to_us(tmp_path: Path) -> None:
    """Its messages are read here, so the machine's language must not change them."""
    source = "import os, sys; sys.exit(os.environ['LC_ALL'])"
    with open_folder(tmp_path, needed=0) as folder, pytest.raises(CannotStart, match="ended with code 1: C "):
        run(_server(source), Path(sys.executable), folder, 0, {**os.environ, "LC_ALL": "vi_VN.UTF-8"})
