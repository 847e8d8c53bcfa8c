"""Looking at processes from outside."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 30.0


def lives(pid: int) -> bool:
    """Whether the process exists and runs; one that is dead and only not yet collected doesn't."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # the second where it ends between opening and reading
        return False
    return state not in {"Z", "X"}


def until(holds: Callable[[], bool], what: str) -> None:
    """Return when it holds; fails the test where it doesn't within a time that only a hang exceeds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        time.sleep(0.01)
