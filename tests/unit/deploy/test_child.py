"""Child processes end with their parent."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from deploy import child
from tests.harness.processes import lives, until

AT_ONCE = timedelta(seconds=0.2)
LONG = timedelta(seconds=30)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)

PARENT = """
import os, sys, time
from datetime import timedelta
from pathlib import Path
from deploy import child
started = child.start(["sleep", "600"], Path(sys.argv[1]), os.environ)
print(started.pid, flush=True)
time.sleep(600)
"""


def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves the parent no time to stop anything; the kernel ends the child."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert lives(pid)
    parent.kill()
    parent.wait()
    until(lambda: not lives(pid), "the child is gone")
    parent.stdout.close()


def test_a_child_that_lost_its_parent_before_the_tie_does_not_start() -> None:
    """Between fork and tie the parent may die; then nothing would ever end the child."""
    real, os.getpid = os.getpid, lambda: 1
    try:
        tie = child.tied_to_parent()
    finally:
        os.getpid = real
    pid = os.fork()
    if pid == 0:
        tie()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def test_children_are_started_from_the_main_thread_alone() -> None:
    """The kernel ties a child to the thread that forks, so one from a worker thread would die with that thread."""
    refused: list[str] = []

    def attempt() -> None:
        try:
            child.tied_to_parent()
        except RuntimeError as error:
            refused.append(str(error))

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert "main thread" in refused[0]


def test_a_child_has_a_session_of_its_own(tmp_path: Path) -> None:
    """A terminal's Ctrl-C goes to the parent's session, and must not reach the child beside the parent."""
    started = child.start(["sleep", "600"], tmp_path / "log", os.environ)
    try:
        assert os.getsid(started.pid) == started.pid
    finally:
        started.kill()


def test_stop_ends_a_child_that_listens(tmp_path: Path) -> None:
    """SIGTERM is enough where nobody ignores it."""
    started = child.start(["sleep", "600"], tmp_path / "log", os.environ)
    started.stop(LONG)
    assert started.exit_code == -signal.SIGTERM


def test_stop_kills_a_child_that_does_not_listen(tmp_path: Path) -> None:
    """After its grace a child that ignores SIGTERM is killed."""
    started = child.start([sys.executable, "-c", STUBBORN], tmp_path / "log", os.environ)
    until(lambda: "deaf" in started.log.read_text(), "it ignores SIGTERM")
    started.stop(AT_ONCE)
    assert started.exit_code == -signal.SIGKILL


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    """A child that has ended keeps its exit code, whoever stops it again."""
    started = child.start(["true"], tmp_path / "log", os.environ)
    until(lambda: started.exit_code is not None, "it ended")
    started.stop(LONG)
    started.kill()
    assert started.exit_code == 0


def test_both_streams_go_to_the_log(tmp_path: Path) -> None:
    """The loader's complaints come on standard error, a server's on standard output: one file tells all."""
    started = child.start(["sh", "-c", "echo out; echo err >&2"], tmp_path / "log", os.environ)
    until(lambda: started.exit_code is not None, "it ended")
    assert started.log.read_text() == "out\nerr\n"


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    """A restart doesn't wipe what tells why it was needed."""
    log = tmp_path / "log"
    for said in ("first", "second", "third"):
        started = child.start(["echo", said], log, os.environ)
        until(lambda started=started: started.exit_code is not None, "it ended")  # type: ignore[misc]
    assert (log.read_text(), (tmp_path / "log.1").read_text()) == ("third\n", "second\n")


def test_what_is_kept_open_is_open_in_the_child(tmp_path: Path) -> None:
    """A child that holds the data folder's lock keeps the folder taken until it is gone."""
    reading, writing = os.pipe()
    started = child.start(
        [sys.executable, "-c", f"import os; os.write({writing}, b'here')"],
        tmp_path / "log",
        os.environ,
        keep_open=[writing],
    )
    os.close(writing)
    until(lambda: started.exit_code is not None, "it ended")
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "here"


def test_what_is_not_there_cannot_be_started(tmp_path: Path) -> None:
    """The system's own error comes through, for the caller to explain."""
    with pytest.raises(FileNotFoundError):
        child.start([str(tmp_path / "nothing")], tmp_path / "log", os.environ)
