"""`python -m tests.bench.profiled FILE run submissions`: a service whose main thread can be profiled.

SIGUSR1 begins, SIGUSR2 ends and writes FILE: CPU seconds by source file, of the main thread, and of the process.
"""

import cProfile
import json
import pstats
import signal
import sys
import time
from pathlib import Path
from typing import Any

from deploy.cli import main


def by_file(profile: cProfile.Profile) -> dict[str, float]:
    """CPU seconds by source file; what is built in counts for the file that called it."""
    found: dict[str, float] = {}
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file != "~":
            found[file] = found.get(file, 0.0) + own
            continue
        for (caller, _, _), (_, _, part, _) in callers.items():
            found[caller] = found.get(caller, 0.0) + part
    return found


class Profiled:
    """The signals' handlers."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._profile = cProfile.Profile(time.thread_time)
        self._main = self._process = 0.0

    def begin(self, *_: Any) -> None:
        self._main, self._process = time.thread_time(), time.process_time()
        self._profile.enable()

    def end(self, *_: Any) -> None:
        self._profile.disable()
        main_thread, process = time.thread_time() - self._main, time.process_time() - self._process
        figures = {"files": by_file(self._profile), "main": main_thread, "process": process}
        part = self._target.with_suffix(".part")
        part.write_text(json.dumps(figures), encoding="utf-8")
        part.rename(self._target)


if __name__ == "__main__":
    profiled = Profiled(Path(sys.argv.pop(1)))
    signal.signal(signal.SIGUSR1, profiled.begin)
    signal.signal(signal.SIGUSR2, profiled.end)
    main()
