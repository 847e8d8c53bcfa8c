"""The four services as child processes: started, watched, started again, and stopped together."""

import asyncio
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from deploy.child import tied_to_parent
from deploy.health import is_ready
from deploy.say import Say
from deploy.servers.ports import LOOPBACK
from deploy.servers.trouble import CannotStart, how_it_ended
from shared.listener import listen, port_of
from shared.settings import HTTP_PORTS

COMMAND = (sys.executable, "-P", "-m", "deploy.cli", "run")
SERVICES = tuple(HTTP_PORTS)

EX_CONFIG = 78  # sysexits.h: the configuration is wrong, so another try would end the same
STOP_WITHIN = timedelta(seconds=15)
READY_WITHIN = timedelta(seconds=180)  # a slow machine that is busy besides takes more than a minute
FIRST_PAUSE = timedelta(milliseconds=200)
LONGEST_PAUSE = timedelta(seconds=10)
STEADY_AFTER = timedelta(seconds=30)  # a service that lived so long starts its pauses anew
TEND_EVERY = timedelta(milliseconds=500)
POLL_EVERY = timedelta(milliseconds=50)
CHUNK = 65_536

Tend = Callable[[], Iterable[str]]


@dataclass
class Service:
    """One of the services. `listener` is where it answers HTTP each time it runs; `last_line` is what it said last."""

    name: str
    listener: socket.socket = field(repr=False)
    process: Process | None = None
    last_line: str = "it said nothing"
    starts: int = 0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.returncode is None else None

    @property
    def port(self) -> int:
        return port_of(self.listener)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


@dataclass
class Supervisor:
    """Handed out by `supervise`."""

    services: dict[str, Service]
    _command: Sequence[str]
    _environ: Mapping[str, str] = field(repr=False)
    _own: Mapping[str, Mapping[str, str]] = field(repr=False)
    _say: Say

    async def ready(self, within: timedelta = READY_WITHIN) -> None:
        """Return when every service answers 200 at /health/ready. Raises CannotStart where one doesn't in time."""
        deadline = time.monotonic() + within.total_seconds()
        for service in self.services.values():
            while not await is_ready(service.port):
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"{service.name} is not ready after {within.total_seconds():.0f} s: {service.last_line}"
                    )
                await asyncio.sleep(POLL_EVERY.total_seconds())

    async def keep(self, service: Service) -> None:
        """Run the service for ever: when it ends, start it again. Raises CannotStart where that can't help."""
        pause = FIRST_PAUSE
        while True:
            since = time.monotonic()
            code = await self._run_once(service)
            if code == EX_CONFIG:
                raise CannotStart(f"{service.name}: {service.last_line}")
            if time.monotonic() - since > STEADY_AFTER.total_seconds():
                pause = FIRST_PAUSE
            self._say(service.name, f"{service.name} {how_it_ended(code)}; it is started again")
            await asyncio.sleep(pause.total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _run_once(self, service: Service) -> int:
        process = await asyncio.create_subprocess_exec(
            *(*self._command, service.name, "--listen-fd", str(service.listener.fileno())),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            env={**self._environ, **self._own.get(service.name, {})},
            start_new_session=True,
            pass_fds=(service.listener.fileno(),),
            preexec_fn=tied_to_parent(),
        )
        service.process = process
        service.starts += 1
        # Its output is read to the end, also while it stops: a full pipe would keep it from stopping.
        reading = asyncio.create_task(self._read(service, process))
        try:
            return await process.wait()
        finally:
            await _stop(process)
            await reading

    async def _read(self, service: Service, process: Process) -> None:
        assert process.stdout is not None
        rest = b""
        while chunk := await process.stdout.read(CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._pass_on(service, line)
        self._pass_on(service, rest)

    def _pass_on(self, service: Service, line: bytes) -> None:
        if text := line.decode(errors="replace").rstrip():
            service.last_line = text
            self._say(service.name, text)


@asynccontextmanager
async def supervise(
    environ: Mapping[str, str],
    say: Say,
    *,
    names: Sequence[str] = SERVICES,
    command: Sequence[str] = COMMAND,
    tend: Tend | None = None,
    listeners: Mapping[str, socket.socket] | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> AsyncIterator[Supervisor]:
    """The services, running for the time of an `async with` block; use it from the main thread.

    `environ` is theirs, DONDOC_NATS_URL and the like included, and what `own` holds is one service's alone. Each
    answers HTTP at its socket of `listeners`, or else at a free port. The sockets are held here: nobody else can have
    a port while its service is started again, and who connects meanwhile waits for it. `say` takes a service's name
    and a line of its log. `tend` is called twice a second and may start servers again; its lines are said as well.
    Raises CannotStart, also in the middle of the block, where a service's configuration is wrong or `tend` gives up.
    """
    with ExitStack() as stack:
        given = listeners or {name: stack.enter_context(listen(LOOPBACK, 0)) for name in names}
        supervisor = Supervisor({name: Service(name, given[name]) for name in names}, command, environ, own or {}, say)
        async with _kept(supervisor, tend, say):
            yield supervisor


@asynccontextmanager
async def _kept(supervisor: Supervisor, tend: Tend | None, say: Say) -> AsyncIterator[None]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(supervisor.keep(service)) for service in supervisor.services.values()]
            if tend is not None:
                tasks.append(group.create_task(_tend(tend, say)))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as trouble:
        raise trouble.exceptions[0] from None


async def _tend(tend: Tend, say: Say) -> None:
    while True:
        for line in tend():
            say("servers", line)
        await asyncio.sleep(TEND_EVERY.total_seconds())


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN.total_seconds())
    except (TimeoutError, asyncio.CancelledError):
        process.kill()
        await process.wait()
