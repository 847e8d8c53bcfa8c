"""Ports on the loopback interface."""

import socket

LOOPBACK = "127.0.0.1"


def free_port(preferred: int) -> int:
    """The preferred port if nobody has it, else one that is free now. 0 prefers none."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            # As the servers do it, so that a connection that just closed doesn't hold the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free on the loopback interface")


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
