"""Where the servers can't start, one line says what to do; and nothing is left running."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.servers import CannotStart, embedded, servers
from deploy.servers.folder import open_folder
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from deploy.servers.ports import LOOPBACK
from deploy.servers.server import Server
from tests.harness.processes import lives
from tests.harness.servers import clean_environ

LOADER = "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file: No such file"


def _fake(folder: Path, script: str) -> Path:
    binary = folder / "fake"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(0o755)
    return binary


def _line(data: Path, **binaries: Path) -> str:
    given = {name.replace("_", "-"): path for name, path in binaries.items()}
    with (
        pytest.raises(CannotStart) as trouble,
        servers(data, clean_environ(), nats_port=0, mongo_port=0, binaries=given),
    ):
        pytest.fail("it started")
    text = str(trouble.value)
    assert "\n" not in text
    return text


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_missing_library_of_mongod(tmp_path: Path) -> None:
    """What a machine without libcurl shows, and the command that mends it."""
    line = _line(tmp_path / "data", mongod=_fake(tmp_path, f"echo '{LOADER}' >&2; exit 127"))
    assert "`apt-get install libcurl4`" in line
    assert "DONDOC_MONGO_URL" in line


def test_the_real_loader_speaks_as_the_fake_one_does(tmp_path: Path) -> None:
    """The sentence that we look for is the one of this system's own loader."""
    (tmp_path / "main.c").write_text("int other(void); int main(void) { return other(); }")
    (tmp_path / "other.c").write_text("int other(void) { return 0; }")
    build = [
        ["cc", "-shared", "-fPIC", "-o", "libsample.so.4", "-Wl,-soname,libsample.so.4", "other.c"],
        ["cc", "-o", "program", "main.c", "./libsample.so.4"],
    ]
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    for command in build:
        subprocess.run(command, cwd=tmp_path, check=True)
    (tmp_path / "libsample.so.4").unlink()
    line = _line(tmp_path / "data", nats_server=tmp_path / "program")
    assert "nats-server needs the library libsample.so.4: install the package that has it" in line


def test_a_missing_library_of_nats_server_leaves_mongod_unstarted(tmp_path: Path) -> None:
    """The first server that can't start ends the start."""
    line = _line(tmp_path / "data", nats_server=_fake(tmp_path, f"echo '{LOADER}' >&2; exit 127"))
    assert "nats-server needs the library libcurl.so.4" in line
    assert not (tmp_path / "data" / "mongod").exists()


def test_when_mongod_cannot_start_nats_server_is_stopped(tmp_path: Path) -> None:
    """Nothing runs on after the line."""
    _line(tmp_path / "data", mongod=_fake(tmp_path, "exit 3"))
    with open_folder(tmp_path / "data", needed=0):  # which it couldn't if nats-server still held the lock
        pass


def test_a_disk_without_room_is_said_before_anything_starts(tmp_path: Path) -> None:
    """mongod on a full disk dies with a stack trace; that is not for people."""
    with _small_disk(tmp_path / "data", "64m") as data:
        line = _line(data)
        assert " MB left and 600 MB are needed: free some space" in line
        assert not (data / "mongod").exists()


def test_a_disk_that_fills_while_mongod_starts(tmp_path: Path) -> None:
    """The space was there when we looked and is gone when mongod writes, so that not even its log tells."""
    with (
        _small_disk(tmp_path / "data", "256k") as data,
        open_folder(data, needed=0) as folder,
        pytest.raises(CannotStart, match=r"The disk that holds .*/data is full: free some space.*--data"),
    ):
        embedded.start(MONGO, folder, clean_environ(), 0)


@pytest.mark.parametrize("server", [NATS, MONGO], ids=["nats-server", "mongod"])
def test_a_store_that_cannot_be_written(tmp_path: Path, server: Server) -> None:
    """The folder opens, but the part of it that this server writes to is read-only."""
    with open_folder(tmp_path, needed=0) as folder, _small_disk(tmp_path / server.name, "64m") as store:
        subprocess.run(["mount", "-o", "remount,ro", store], check=True)
        with pytest.raises(CannotStart, match=rf"{server.name} can't write to .*: make it yours, or .*--data"):
            embedded.start(server, folder, clean_environ(), 0)


def test_a_file_that_is_not_mongods_is_handed_over(tmp_path: Path) -> None:
    """What we can't explain: mongod's own last words and where its log is."""
    broken = tmp_path / "mongod"
    broken.mkdir()
    (broken / "WiredTiger").write_text("no such thing")
    (broken / "WiredTiger.turtle").write_text("no such thing")
    line = _line(tmp_path)
    assert "mongod" in line
    assert "log/mongod.log)" in line or "another version" in line


def test_a_port_taken_for_good_while_a_server_is_down(tmp_path: Path) -> None:
    """A server that died can't come back where somebody else listens now: the line says so."""
    with servers(tmp_path, clean_environ(), nats_port=0, mongo_port=0) as up:
        nats_server = up.embedded[0]
        nats_server.child.kill()
        with socket.create_server((LOOPBACK, nats_server.port)):
            with pytest.raises(CannotStart, match="Another program took the port of nats-server"):
                up.revive()
            assert not lives(nats_server.child.pid)


def test_the_names_that_fakes_go_by_are_the_servers_names() -> None:
    """A test that replaces a binary replaces the one that would run."""
    assert (NATS.name, MONGO.name) == ("nats-server", "mongod")
