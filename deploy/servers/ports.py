"""Ports on the loopback interface."""

import socket
import sys
from pathlib import Path

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


def holds(pid: int, port: int) -> bool:
    """Whether that process listens there. Whoever asks a port alone may be answered by another's server, which took the
    port in the moment in which it was free."""
    wanted = f"{int.from_bytes(socket.inet_aton(LOOPBACK), sys.byteorder):08X}:{port:04X}"
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    # Columns of proc(5): local address, state (0A is LISTEN), inode.
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1] == wanted and row[3] == "0A"}
    try:
        return any(str(file.readlink()) in sockets for file in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # it ended, or closed a file meanwhile: asked again
        return False


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
