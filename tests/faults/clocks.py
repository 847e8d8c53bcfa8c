"""A wall clock that can be moved while a process runs: libfaketime, steered through a file."""

import re
from datetime import timedelta
from importlib.metadata import files
from pathlib import Path

from tests.harness.processes import lives

LIBRARY = "libfaketime.so.1"
SHARED = Path("/dev/shm")
_LEFT = re.compile(r"(?:sem\.)?faketime_(?:sem|shm)_(\d+)")


def library() -> Path:
    """The library as the Python package carries it. Raises FileNotFoundError where it has none for this machine."""
    for file in files("libfaketime") or ():
        if file.name == LIBRARY:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"the package libfaketime carries no {LIBRARY} here")


def environ(control: Path) -> dict[str, str]:
    """What to add to a process's environment, so that `jump` moves its wall clock; its timers go on as they are."""
    jump(control, timedelta())
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(control),
        "FAKETIME_NO_CACHE": "1",  # else it looks at the file every ten seconds
        "DONT_FAKE_MONOTONIC": "1",
        # Else every wait for Python's own lock takes a hundred times as long: the process would crawl.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


def jump(control: Path, away: timedelta) -> None:
    """Let the wall clock of these processes be so far from the true one, whatever it was before."""
    new = control.with_name(f".{control.name}.new")
    new.write_text(f"{away.total_seconds():+.6f}\n")
    new.replace(control)  # whole or not at all: it is read at every look at the clock


def sweep() -> None:
    """Remove what the library left of processes that were killed; a later one with the same number would meet it."""
    for path in SHARED.glob("*faketime_*"):
        left = _LEFT.fullmatch(path.name)
        if left and not lives(int(left[1])):
            path.unlink(missing_ok=True)
