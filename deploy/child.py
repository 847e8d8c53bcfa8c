"""Child processes that never outlive their parent, however it ends."""

import ctypes
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None)  # loaded before any fork: a child between fork and exec must not load anything


def tied_to_parent() -> Callable[[], None]:
    """A `preexec_fn` after which the kernel kills the child when this process is gone.

    SIGKILL, since nobody is left to wait for a clean stop, and all of ours recover from a crash by design. The kernel
    watches the thread that forks, so children are started from the main thread alone.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start child processes from the main thread: they die with the thread that starts them")
    parent = os.getpid()

    def tie() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the tie
            os._exit(1)

    return tie


@dataclass(frozen=True)
class Child:
    """A running program whose output, both streams, goes to the file `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self.process.poll()

    def stop(self, grace: timedelta) -> None:
        """Ask it to end, and end it where it has not within `grace`."""
        if self.exit_code is None:
            self.process.terminate()
        try:
            self.process.wait(grace.total_seconds())
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        if self.exit_code is None:
            self.process.kill()
        self.process.wait()


def start(argv: Sequence[str], log: Path, environ: Mapping[str, str], keep_open: Sequence[int] = ()) -> Child:
    """Start a program. Raises OSError where it can't be executed.

    It gets a session of its own, so that a terminal's Ctrl-C reaches the parent alone, which then stops its
    children in order. The log of the run before is kept beside the new one, as `….1`. The descriptors in
    `keep_open` stay open in the child.
    """
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the programs are ours
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            start_new_session=True,
            pass_fds=keep_open,
            preexec_fn=tied_to_parent(),  # noqa: PLW1509
        )
    return Child(process, log)
