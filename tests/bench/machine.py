"""What the figures were measured on."""

import os
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from deploy.servers.binaries import find
from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from tests.bench.redis_server import binary
from tests.bench.usage import KIB

GIB = 1024**3
PACKAGES = ("faststream", "nats-py", "motor", "pymongo", "pydantic", "celery", "redis")


def describe() -> dict[str, Any]:
    """Cores, memory and versions; no name, no path."""
    return {
        "cores": os.cpu_count(),
        "processor": _line("/proc/cpuinfo", "model name"),
        "memory_gib": round(int(_line("/proc/meminfo", "MemTotal").split()[0]) * KIB / GIB, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
        "versions": {name: version(name) for name in PACKAGES} | dict(_servers()),
    }


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def _servers() -> Iterator[tuple[str, str]]:
    redis = binary()
    wanted = [(s.name, str(find(s.name, s.distribution, s.variable))) for s in (NATS, MONGO)]
    for name, program in [*wanted, *([("redis-server", redis)] if redis else [])]:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        yield name, next(word.strip("v=,") for word in said.split() if word.strip("v=,")[:1].isdigit())
