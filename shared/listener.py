"""The socket at which a service's HTTP server is reached: made by itself, or by who starts it."""

import socket


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens from now on; port 0 takes a free one. Raises OSError where the port can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # What is accepted here has it too. asyncio sets it where the socket names its protocol, which this one doesn't,
    # and without it each answer over a connection that is kept waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def inherited(descriptor: int) -> socket.socket:
    """The socket that the process was started with. Raises OSError where that descriptor isn't one that listens."""
    listener = socket.socket(fileno=descriptor)
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise OSError("it doesn't listen")
    return listener


def port_of(listener: socket.socket) -> int:
    """Where it is reached."""
    return int(listener.getsockname()[1])
