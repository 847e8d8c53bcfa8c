"""The data folder is one run's at a time, writable, and has room."""

import errno
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from deploy.servers.folder import open_folder, unusable
from deploy.servers.trouble import CannotStart

NOW = timedelta(0)
TERABYTES = 1 << 50
AS_NOBODY = """
import os, sys
from pathlib import Path
from deploy.servers.folder import open_folder, unusable
from deploy.servers.trouble import CannotStart
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with open_folder(Path(sys.argv[1])):
        print("opened")
except CannotStart as line:
    print(line)
"""


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The first run on a machine needs nothing prepared."""
    with open_folder(tmp_path / "deep" / "data", needed=0) as folder:
        assert folder.part("mongod").is_dir()
        assert folder.part("mongod") == tmp_path / "deep" / "data" / "mongod"


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_nobody_else_looks_into_it(tmp_path: Path) -> None:
    """Made now, made by an earlier run that left it open, or made empty beforehand."""
    new, earlier, empty = (tmp_path / name for name in ("new", "earlier", "empty"))
    for path in (earlier, empty):
        path.mkdir(mode=0o755)
    (earlier / "lock").touch()
    (earlier / "mail").mkdir()
    for path in (new, earlier, empty):
        with open_folder(path, needed=0) as folder:
            assert _mode(path) == 0o700
            assert _mode(folder.part("mongod")) == 0o700


def test_a_folder_of_other_things_stays_as_open_as_it_is(tmp_path: Path) -> None:
    """Somebody else may need it: /tmp, or a home."""
    other = tmp_path / "other"
    other.mkdir()
    other.chmod(0o755)
    (other / "letter").touch()
    with open_folder(other, needed=0) as folder:
        assert _mode(other) == 0o755
        assert _mode(folder.part("mongod")) == 0o700


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told which process has it."""
    with (
        open_folder(tmp_path, needed=0),
        pytest.raises(CannotStart, match=rf"process {os.getpid()}\) is using .*--data"),
        open_folder(tmp_path, needed=0, patience=NOW),
    ):
        pytest.fail("it was opened twice")


def test_a_folder_is_free_again_after_its_run(tmp_path: Path) -> None:
    """The lock goes with the process, so a crash leaves nothing to clean up."""
    for _ in range(2):
        with open_folder(tmp_path, needed=0, patience=NOW) as folder:
            assert folder.path == tmp_path


def test_a_child_that_holds_the_lock_keeps_the_folder_taken(tmp_path: Path) -> None:
    """A run that was killed may have left a server that is still dying; nobody else may use its files till then."""
    with open_folder(tmp_path, needed=0) as folder:
        child = subprocess.Popen(["sleep", "600"], pass_fds=[folder.lock])
    with pytest.raises(CannotStart, match="is using"), open_folder(tmp_path, needed=0, patience=NOW):
        pytest.fail("it was opened while the child lived")
    child.kill()
    child.wait()
    with open_folder(tmp_path, needed=0):
        pass


def test_too_little_space_is_said_before_anything_starts(tmp_path: Path) -> None:
    """Both figures are in the line: what is left and what is needed."""
    with (
        pytest.raises(CannotStart, match=r"has \d+ MB left and \d+ MB are needed: free some"),
        open_folder(tmp_path, needed=TERABYTES),
    ):
        pytest.fail("it was opened without space")


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """--data names a file."""
    (tmp_path / "data").write_text("")
    with pytest.raises(CannotStart, match=r"can't be used \(File exists\)"), open_folder(tmp_path / "data"):
        pytest.fail("a file was opened as a folder")


def test_a_folder_that_is_not_ours_is_told() -> None:
    """Somebody else's folder: one line, and another way."""
    with TemporaryDirectory() as data:
        Path(data).chmod(0o555)
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, data], capture_output=True, text=True, check=True)
    assert "can't be used (Permission denied)" in done.stdout
    assert "--data" in done.stdout


def test_a_part_that_is_a_file_is_told(tmp_path: Path) -> None:
    """What lies in the way is named."""
    (tmp_path / "mongod").write_text("")
    with open_folder(tmp_path, needed=0) as folder, pytest.raises(CannotStart, match=r"mongod can't be used"):
        folder.part("mongod")


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "is full"), (errno.EDQUOT, "is full"), (errno.EROFS, "Read-only file system")]
)
def test_an_error_of_the_file_system_is_one_line(number: int, said: str) -> None:
    """A full disk, a used-up quota and a read-only disk each have their own remedy or reason."""
    line = unusable(Path("data"), OSError(number, os.strerror(number)))
    assert said in line
    assert "--data" in line
