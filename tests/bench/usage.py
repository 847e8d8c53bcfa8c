"""What processes take, as the kernel counts it."""

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KIB = 1024
MIB = 1024 * KIB
SAMPLE_EVERY = timedelta(milliseconds=100)


def tree(pid: int) -> list[int]:
    """The process and everything that it has started and that still runs."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time that the processes have taken so far, of all their threads and ended children."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def resident(pid: int) -> int:
    """The process's memory that is in RAM now, in bytes."""
    return _status(pid, "VmRSS:")


def forget_peak(pid: int) -> None:
    """From now on `peak` tells of what comes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak(pid: int) -> int:
    """The most of the process's memory that was in RAM at once, in bytes."""
    return _status(pid, "VmHWM:")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * KIB
    return 0
