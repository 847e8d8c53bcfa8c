"""A service as `dondoc run` runs it, with a crash point armed or a sabotage done to it first.

`python -m tests.faults.process SERVICE [--crash POINT --at COUNT] [--sabotage NAME]`; the point that struck stands in
the log as STRUCK and its name. On SIGUSR1 it tells its tasks there.
"""

import argparse
import asyncio
import faulthandler
import importlib
import os
import signal
import sys
from typing import Any

from shared.crashpoints import CrashPoint, arm
from shared.service import run
from shared.settings import HTTP_PORTS, read_settings
from tests.faults.sabotage import SABOTAGES

STRUCK = "crash point struck: "


def strike_at(point: CrashPoint, count: int) -> None:
    """Arm the point: the process ends as by a power cut when it passes it for the `count`-th time."""
    left = count

    def strike() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.write(sys.stderr.fileno(), f"{STRUCK}{point.name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    arm(point, strike)


def tell_tasks(*_: object) -> None:
    """What every task and thread waits for, in the log: for whoever looks into a round that is stuck."""
    for task in asyncio.all_tasks():
        print(f"task {task.get_name()}", file=sys.stderr)
        waiting: Any = task.get_coro()
        while waiting is not None:
            frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
            if frame is not None:
                print(f"  {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}", file=sys.stderr)
            waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
    faulthandler.dump_traceback(sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service", choices=list(HTTP_PORTS))
    parser.add_argument("--crash", choices=[point.name for point in CrashPoint])
    parser.add_argument("--at", type=int, default=1)
    parser.add_argument("--sabotage", choices=list(SABOTAGES))
    told = parser.parse_args()
    signal.signal(signal.SIGUSR1, tell_tasks)
    settings = read_settings(os.environ)
    if told.crash:
        strike_at(CrashPoint[told.crash], told.at)
    if told.sabotage:
        SABOTAGES[told.sabotage]()
    app = importlib.import_module(f"services.{told.service}.app")
    sys.exit(asyncio.run(run(told.service, app.start, settings)))


if __name__ == "__main__":
    main()
