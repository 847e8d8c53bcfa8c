"""Ports on the loopback interface."""

import os
import socket

from deploy.servers.ports import LOOPBACK, free_port, holds, listens


def test_the_preferred_port_is_taken_where_it_is_free() -> None:
    """People find the servers where they expect them."""
    wanted = free_port(0)
    assert free_port(wanted) == wanted


def test_a_taken_port_gives_way_to_a_free_one() -> None:
    """Another server on the standard port is no obstacle."""
    with socket.create_server((LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        assert free_port(taken) not in {0, taken}


def test_a_port_of_a_connection_just_closed_counts_as_free() -> None:
    """After a restart the standard port is ours again at once, not after the system's minute of waiting."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection((LOOPBACK, port))
        served, _ = server.accept()
        served.close()
        client.close()
    assert free_port(port) == port


def test_it_tells_who_listens() -> None:
    """A port answers while a server has it, and not after."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert listens(port)
    assert not listens(port)


def test_it_tells_whose_port_it_is() -> None:
    """Another's server at the port is not ours, and one that listens elsewhere isn't there."""
    with socket.create_server((LOOPBACK, 0)) as server, socket.create_server((LOOPBACK, 0)) as another:
        port = server.getsockname()[1]
        assert holds(os.getpid(), port)
        assert not holds(os.getppid(), port)
        assert another.getsockname()[1] != port
    assert not holds(os.getpid(), port)
    assert not holds(2**22, port)
