"""A disk of its own, small enough to be filled: a tmpfs."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

MIB = 1024 * 1024
BALLAST = "ballast"
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@cache
def can_mount() -> bool:
    """Whether this process may mount a tmpfs; it is tried once."""
    with TemporaryDirectory(prefix="dondoc-mount-") as folder:
        try:
            with small_disk(Path(folder), 1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


@contextmanager
def small_disk(path: Path, mib: int) -> Iterator[None]:
    """A disk of so many MiB at `path`, an empty folder, for the time of the block; its content goes with it.

    Raises OSError or CalledProcessError where it can't be mounted.
    """
    _run("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "dondoc-faults", str(path))
    try:
        yield
    finally:
        try:
            _run("umount", str(path))
        except subprocess.CalledProcessError:  # somebody still holds a file; it goes with the last of them
            _run("umount", "--lazy", str(path))


def fill(path: Path) -> None:
    """Take what is left of the disk that holds `path`, to the last byte; again where some was given back since."""
    ballast = os.open(path / BALLAST, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = MIB
        while size:
            try:
                os.write(ballast, bytes(size))
            except OSError as error:
                if error.errno not in _DISK_FULL:
                    raise
                size //= 2
    finally:
        os.close(ballast)


def free(path: Path) -> None:
    """Give back what `fill` took."""
    (path / BALLAST).unlink(missing_ok=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"})
