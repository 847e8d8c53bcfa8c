"""Finding the server binaries."""

import os
from pathlib import Path

import pytest

from deploy.servers.binaries import find, make_executable
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from deploy.servers.server import Server
from deploy.servers.trouble import CannotStart


@pytest.mark.parametrize("server", [NATS, MONGO], ids=["nats-server", "mongod"])
def test_the_packages_carry_the_servers(server: Server) -> None:
    """Both are installed with everything else, without a system package."""
    binary = find(server.name, server.distribution, server.variable, search_path="")
    assert binary.name == server.name
    assert os.access(binary, os.X_OK)


def test_without_the_package_the_search_path_serves(tmp_path: Path) -> None:
    """On another processor the system's own server is used."""
    binary = tmp_path / "mongod"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    assert find("mongod", "no-such-distribution", "DONDOC_MONGO_URL", str(tmp_path)) == binary


def test_without_either_the_line_says_what_to_do(tmp_path: Path) -> None:
    """Nothing installed: install, or name a server that runs elsewhere."""
    with pytest.raises(CannotStart, match=r"mongod is not installed.*DONDOC_MONGO_URL"):
        find("mongod", "no-such-distribution", "DONDOC_MONGO_URL", str(tmp_path))


def test_a_package_without_the_binary_counts_as_none(tmp_path: Path) -> None:
    """A package that was half removed isn't trusted."""
    with pytest.raises(CannotStart, match="not installed"):
        find("mongod", "pytest", "DONDOC_MONGO_URL", str(tmp_path))


def test_a_binary_that_lost_its_right_to_run_gets_it_back(tmp_path: Path) -> None:
    """Some installers drop it."""
    binary = tmp_path / "mongod"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o644)
    make_executable(binary, "DONDOC_MONGO_URL")
    assert binary.stat().st_mode & 0o777 == 0o755


def test_a_binary_that_cannot_be_made_executable_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is another user's: the line has the command for its owner."""
    binary = tmp_path / "mongod"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o644)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(CannotStart, match=r"`chmod \+x .*/mongod`"):
        make_executable(binary, "DONDOC_MONGO_URL")
