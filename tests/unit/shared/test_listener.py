"""Where a service's HTTP server is reached."""

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli import cli
from shared.listener import inherited, listen, port_of


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_listens_at_once(host: str) -> None:
    """Whoever connects before anybody accepts waits."""
    with listen(host, 0) as listener, socket.create_connection((host, port_of(listener))):
        assert listener.accept()


def test_a_port_that_is_taken_cannot_be_had() -> None:
    """The service says so and chooses its exit code."""
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", port_of(taken))


def test_an_inherited_one_is_the_same() -> None:
    """Its descriptor is all that a child is told."""
    with listen("127.0.0.1", 0) as listener, inherited(os.dup(listener.fileno())) as same:
        assert port_of(same) == port_of(listener)


def test_a_descriptor_that_does_not_listen_is_refused(tmp_path: Path) -> None:
    """A connection, a file, or nothing at all."""
    with socket.socket() as deaf, pytest.raises(OSError, match="doesn't listen"):
        inherited(os.dup(deaf.fileno()))
    file = os.open(tmp_path / "file", os.O_CREAT)
    with pytest.raises(OSError, match="socket"):
        inherited(file)
    os.close(file)
    with pytest.raises(OSError, match="descriptor"):
        inherited(file)


def test_a_wrong_descriptor_is_told_with_its_option() -> None:
    """By the command that is given it, with the variable's alternative in its help."""
    refused = CliRunner().invoke(cli, ["run", "submissions", "--listen-fd", "999"])
    assert refused.exit_code == 2
    assert "999 is no socket that listens" in refused.output
