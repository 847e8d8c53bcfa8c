"""Running the demo as a process, and disturbing it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.processes import lives, until
from tests.harness.servers import clean_environ

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 400


@dataclass(frozen=True)
class DemoRun:
    """A demo on its way or done; `out` is its folder."""

    process: subprocess.Popen[bytes]
    out: Path

    def finish(self) -> None:
        """Wait for its end; fails the test where it ends badly."""
        printed, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        assert self.process.returncode == 0, printed.decode()[-3000:]

    def report(self, name: str) -> dict[str, Any]:
        return json.loads((self.out / f"{name}.json").read_bytes())

    def events(self) -> list[dict[str, Any]]:
        """The log, in its order."""
        return [json.loads(line) for line in (self.out / "events.jsonl").read_text().splitlines()]

    def service(self, name: str) -> int:
        """The process id of one of its services, when it runs."""
        until(lambda: bool(self._services(name)), f"{name} runs")
        return self._services(name)[0]

    def wait_for_mails(self, count: int) -> None:
        """Return when so many have come: a moment in the year that doesn't hang on the machine's speed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(list((self.out / "mail").glob("*.eml"))) < count:
            if self.process.poll() is not None:
                printed, _ = self.process.communicate()
                raise AssertionError(f"the demo ended before: {printed.decode()[-3000:]}")
            assert time.monotonic() < deadline, f"in vain waited for {count} mails"
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """kill -9 one of its services."""
        pid = self.service(name)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not lives(pid), f"{name} is dead")

    def _services(self, name: str) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                command = (entry / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == str(self.process.pid) and command[-5:-3] == [b"run", name.encode()]:
                found.append(int(entry.name))
        return found


@contextmanager
def demo(out: Path) -> Iterator[DemoRun]:
    """A demo, started; it is stopped with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", "demo", "--out", str(out)],
        cwd=ROOT,
        env=clean_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield DemoRun(process, out)
    finally:
        process.terminate()
        process.wait()
