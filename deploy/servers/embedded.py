"""The servers of a run: our own, as children with their data in a folder, or the ones that the environment names."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.identity.folder import Identity
from deploy.servers.binaries import find
from deploy.servers.folder import NEEDED_BYTES, DataFolder, open_folder
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS, address, identity_of
from deploy.servers.server import Running, Server, run
from deploy.servers.trouble import how_it_ended


@dataclass(frozen=True)
class Servers:
    """Servers that are up, and the folder of this run."""

    nats_url: str  # the operator's
    mongo_url: str
    folder: DataFolder
    embedded: tuple[Running, ...]

    @property
    def identity(self) -> Identity | None:
        """Where the users of the embedded nats-server are kept; None where it isn't ours."""
        return identity_of(self._nats.data) if self._nats else None

    def own_environ(self, service: str) -> dict[str, str]:
        """What the service alone is told: it goes to the embedded nats-server as itself."""
        if self._nats is None:
            return {}
        return {NATS.variable: identity_of(self._nats.data).url(service, address(self._nats.port))}

    @property
    def _nats(self) -> Running | None:
        return next((one for one in self.embedded if one.server is NATS), None)

    def revive(self) -> list[str]:
        """Start those that died again, on the same port; one line for each. Raises CannotStart where one can't be."""
        said = []
        for running in self.embedded:
            if (exit_code := running.child.exit_code) is not None:
                running.start()
                said.append(f"{running.server.name} {how_it_ended(exit_code)} and was started again")
        return said

    def kill(self) -> None:
        """End the embedded ones at once, as a power cut would."""
        for running in self.embedded:
            running.child.kill()


@contextmanager
def servers(
    data: Path,
    environ: Mapping[str, str],
    *,
    nats_port: int = NATS.standard_port,
    mongo_port: int = MONGO.standard_port,
    binaries: Mapping[str, Path] | None = None,
) -> Iterator[Servers]:
    """nats-server and mongod for the time of a `with` block; call it from the main thread.

    A server that `environ` names (DONDOC_NATS_URL, DONDOC_MONGO_URL) is used as it is and not started. The ports
    are what is preferred: where one is taken, a free one is used (0: always). `binaries` overrides where a server's
    binary is, by its name. Raises CannotStart, whose text is one line that says what to do.
    """
    wanted = ((NATS, nats_port), (MONGO, mongo_port))
    own = [(server, port) for server, port in wanted if not environ.get(server.variable)]
    needed = NEEDED_BYTES if own else 0
    with open_folder(data, needed) as folder, ExitStack() as stack:
        urls = {server.name: environ.get(server.variable, "") for server, _ in wanted}
        running: list[Running] = []
        for server, port in own:
            up = start(server, folder, environ, port, (binaries or {}).get(server.name))
            stack.callback(up.stop)
            running.append(up)
            urls[server.name] = up.url
        yield Servers(urls[NATS.name], urls[MONGO.name], folder, tuple(running))


def start(
    server: Server, folder: DataFolder, environ: Mapping[str, str], preferred: int, binary: Path | None = None
) -> Running:
    """One server, up; whoever starts it stops it. Raises CannotStart."""
    if binary is None:
        binary = find(server.name, server.distribution, server.variable, environ.get("PATH"))
    return run(server, binary, folder, preferred, environ)
