"""The data folder of a run: writable, with room, and one run's at a time."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from deploy.servers.trouble import CannotStart

MIB = 1024 * 1024
# mongod lays out 300 MB of journal when it starts; below that it dies with a stack trace.
NEEDED_BYTES = 600 * MIB
# The children of a run that was killed hold its lock until they are gone too, which takes a moment.
PATIENCE = timedelta(seconds=5)
LOCK = "lock"
OWNERS = 0o700
_PAUSE = 0.05


@dataclass(frozen=True)
class DataFolder:
    """An opened data folder. `lock` is the descriptor of its lock; children that inherit it keep the folder taken."""

    path: Path
    lock: int

    @property
    def free(self) -> int:
        """Bytes left on its disk."""
        return shutil.disk_usage(self.path).free

    def part(self, name: str) -> Path:
        """A folder within it, made where it is missing. Raises CannotStart where that can't be."""
        part = self.path / name
        try:
            part.mkdir(mode=OWNERS, exist_ok=True)
        except OSError as error:
            raise CannotStart(unusable(part, error)) from None
        return part


@contextmanager
def open_folder(path: Path, needed: int = NEEDED_BYTES, patience: timedelta = PATIENCE) -> Iterator[DataFolder]:
    """Make the folder if need be and hold it for this run.

    Raises CannotStart where it can't be written, has less than `needed` bytes free, or another run uses it.
    """
    path = path.absolute()
    try:
        path.mkdir(mode=OWNERS, parents=True, exist_ok=True)
        _close(path)
        lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(unusable(path, error)) from None
    try:
        _take(lock, path, patience)
        _note_owner(lock, path)
        check_space(path, needed)
        yield DataFolder(path, lock)
    finally:
        os.close(lock)


def _close(path: Path) -> None:
    """To all but its owner, where it was there before: databases and mails lie in it. One that holds other things,
    and no run's lock, stays as it is."""
    if (path / LOCK).exists() or not any(path.iterdir()):
        with suppress(PermissionError):  # somebody else's, who lets us write there
            path.chmod(OWNERS)


def check_space(path: Path, needed: int) -> None:
    """Raises CannotStart where the disk of `path` has less than `needed` bytes free."""
    free = shutil.disk_usage(path).free
    if free < needed:
        raise CannotStart(
            f"The disk that holds {path} has {free // MIB} MB left and {needed // MIB} MB are needed: free some space,"
            " or choose another folder with --data."
        )


def _take(lock: int, path: Path, patience: timedelta) -> None:
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                owner = os.pread(lock, 20, 0).decode(errors="replace").strip()
                raise CannotStart(
                    f"Another run (process {owner or 'unknown'}) is using {path}: stop it, or choose another folder"
                    " with --data."
                ) from None
            time.sleep(_PAUSE)
        else:
            return


def _note_owner(lock: int, path: Path) -> None:
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise CannotStart(unusable(path, error)) from None


def unusable(path: Path, error: OSError) -> str:
    """One line for an error of the file system at that path."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {path} is full: free some space, or choose another folder with --data."
    return f"{path} can't be used ({error.strerror}): make it yours, or choose another folder with --data."
