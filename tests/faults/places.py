"""Where a round keeps its data: in memory where there is room, since what is tried is not the disk's speed."""

import shutil
from pathlib import Path
from tempfile import mkdtemp

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 3 * 1024**3


def new_place() -> Path:
    """An empty folder; whoever asks for it removes it."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > NEEDED_BYTES
    return Path(mkdtemp(prefix="dondoc-faults-", dir=MEMORY if roomy else None))


def keep(place: Path, at: Path) -> Path:
    """Move what is worth looking at out of it: logs, journal, mails and load, not the servers' data."""
    shutil.rmtree(at, ignore_errors=True)
    shutil.copytree(place, at, ignore=shutil.ignore_patterns("mongod", "nats-server", "yesterday"))
    return at
