"""Start one server as a child, wait until it serves, and say in one line why it doesn't."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from deploy import child
from deploy.child import Child
from deploy.servers.folder import DataFolder, unusable
from deploy.servers.ports import free_port, holds
from deploy.servers.trouble import PORT_TAKEN, CannotStart, Failure, explain

# A recovery after a crash reads the journal first; on a slow disk that takes a while.
START_WITHIN = timedelta(minutes=2)
STOP_WITHIN = timedelta(seconds=15)
PORT_TRIES = 3
_PAUSE = 0.01

Probe = Callable[[int], bool]


@dataclass(frozen=True)
class Server:
    """What tells one server from another.

    `prepare` writes what it reads at its start; `arguments` makes the command line and `url` the address for whoever
    may do everything, each from its data folder and port; `serves` tells whether the one at a port is ready for work,
    and does what it takes to make it so.
    """

    name: str
    distribution: str
    variable: str
    standard_port: int
    url: Callable[[Path, int], str]
    arguments: Callable[[Path, int], list[str]]
    serves: Probe
    prepare: Callable[[Path], None] = lambda data: None


@dataclass
class Running:
    """A server that is up."""

    server: Server
    binary: Path
    folder: DataFolder
    environ: Mapping[str, str] = field(repr=False)
    port: int
    child: Child = field(init=False)

    @property
    def url(self) -> str:
        return self.server.url(self.data, self.port)

    @property
    def data(self) -> Path:
        return self.folder.path / self.server.name

    def start(self) -> None:
        """Start it on its port and wait until it serves. Raises CannotStart."""
        data = self.folder.part(self.server.name)
        try:
            self.server.prepare(data)
        except OSError as error:
            raise CannotStart(unusable(data, error)) from None
        argv = [str(self.binary), *self.server.arguments(data, self.port)]
        log = self.folder.part("log") / f"{self.server.name}.log"
        try:
            log.touch()
        except OSError as error:
            raise CannotStart(unusable(log, error)) from None
        # Its messages are read here, so they must not be another language's.
        environ = {**self.environ, "LC_ALL": "C"}
        try:
            self.child = child.start(argv, log, environ, keep_open=[self.folder.lock])
        except OSError as error:
            raise CannotStart(
                f"{self.binary} can't be run on this machine ({error.strerror}): set {self.server.variable} to a server"
                " that runs elsewhere."
            ) from None
        try:
            self._wait()
        except BaseException:
            self.child.kill()
            raise

    def stop(self) -> None:
        """End it, cleanly where it ends in time."""
        self.child.stop(STOP_WITHIN)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_WITHIN.total_seconds()
        while not (holds(self.child.pid, self.port) and self.server.serves(self.port)):
            if self.child.exit_code is not None or time.monotonic() > deadline:
                raise CannotStart(self.trouble())
            time.sleep(_PAUSE)

    def trouble(self) -> str:
        """One line about how it ended, or why it hangs."""
        return explain(
            Failure(
                server=self.server.name,
                variable=self.server.variable,
                data=self.folder.path,
                log=self.child.log,
                exit_code=self.child.exit_code,
                output=self.child.log.read_text(errors="replace"),
                free=self.folder.free,
            )
        )


def run(server: Server, binary: Path, folder: DataFolder, preferred: int, environ: Mapping[str, str]) -> Running:
    """The server, up, on the preferred port or on a free one.

    A port that is free can be taken before the server has it; then it is tried again on another. Raises CannotStart.
    """
    for attempt in range(PORT_TRIES):
        running = Running(server, binary, folder, environ, free_port(preferred if attempt == 0 else 0))
        try:
            running.start()
        except CannotStart:
            taken = hasattr(running, "child") and PORT_TAKEN in running.child.log.read_text(errors="replace")
            if not taken or attempt == PORT_TRIES - 1:
                raise
        else:
            return running
    raise AssertionError("the last attempt returns or raises")
