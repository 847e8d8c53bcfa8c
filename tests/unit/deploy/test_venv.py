"""Setting up says in one line what a machine lacks, and a set-up that was interrupted is made anew."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.tree import ROOT

# What stands in for a Python: it answers the questions of the script, and makes a .venv whose pip notes its calls.
FAKE = """#!/bin/sh
case "$*" in
*version_info\\ \\<*) exit {old} ;;
*ensurepip*) exit {bare} ;;
*%d.%d*) echo 3.12 ;;
*venv\\ .venv*)
    mkdir -p .venv/bin
    printf '#!/bin/sh\\necho "$*" >> pip-calls\\nexit {pip}\\n' > .venv/bin/python
    chmod +x .venv/bin/python ;;
esac
"""


class Machine:
    """A checkout and a search path with just the Pythons that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.bin = folder / "bin"
        (self.tree / "deploy").mkdir(parents=True)
        self.bin.mkdir()
        shutil.copy(ROOT / "deploy" / "venv.sh", self.tree / "deploy")
        shutil.copy(ROOT / "Makefile", self.tree)
        for name in ("pyproject.toml", "requirements.lock"):
            (self.tree / name).write_text("")
        for tool in ("sh", "dirname", "mkdir", "chmod", "rm", "touch", "make"):
            found = shutil.which(tool)
            assert found is not None, tool
            (self.bin / tool).symlink_to(found)

    def has(self, name: str, *, old: bool = False, bare: bool = False, pip: int = 0) -> None:
        python = self.bin / name
        python.write_text(FAKE.format(old=int(old), bare=int(bare), pip=pip))
        python.chmod(0o755)

    def make(self) -> subprocess.CompletedProcess[str]:
        command = [str(self.bin / "make"), "--no-print-directory", ".venv/.ready"]
        environ = {"PATH": str(self.bin), "LC_ALL": "C"}
        return subprocess.run(command, cwd=self.tree, env=environ, capture_output=True, text=True, check=False)

    @property
    def ready(self) -> bool:
        return (self.tree / ".venv" / ".ready").exists()

    @property
    def pip_calls(self) -> list[str]:
        calls = self.tree / "pip-calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _first_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.splitlines()[0]


@pytest.mark.parametrize("old", [[], ["python3"]], ids=["no Python", "an old one"])
def test_without_a_python_the_line_says_which_is_needed(machine: Machine, old: list[str]) -> None:
    """No Python at all, or only one that is too old: what to install."""
    for name in old:
        machine.has(name, old=True)
    done = machine.make()
    assert done.returncode != 0
    assert _first_line(done).startswith("Python 3.11 or newer is needed")
    assert not machine.ready


def test_without_venv_the_line_has_the_command(machine: Machine) -> None:
    """Debian and Ubuntu keep venv in a package of its own."""
    machine.has("python3", bare=True)
    done = machine.make()
    assert done.returncode != 0
    assert _first_line(done) == "Python 3.12 lacks venv: run `apt-get install python3.12-venv`, then this again."


def test_a_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    """`python3` may be the system's old one while python3.12 is there too."""
    machine.has("python3", old=True)
    machine.has("python3.12")
    assert machine.make().returncode == 0
    assert machine.ready


def test_a_python_with_venv_is_preferred(machine: Machine) -> None:
    """One that lacks venv is passed over while another has it."""
    machine.has("python3", bare=True)
    machine.has("python3.11")
    assert machine.make().returncode == 0
    assert machine.ready


def test_packages_are_installed_by_hash(machine: Machine) -> None:
    """First the locked packages, then the project itself without looking for anything else."""
    machine.has("python3")
    machine.make()
    assert len(machine.pip_calls) == 2
    assert machine.pip_calls[0].endswith("--require-hashes --only-binary :all: -r requirements.lock")
    assert machine.pip_calls[1].endswith("--no-deps --no-build-isolation -e .")


def test_the_second_run_does_nothing(machine: Machine) -> None:
    """It starts at once."""
    machine.has("python3")
    machine.make()
    calls = len(machine.pip_calls)
    assert machine.make().stdout == "make: '.venv/.ready' is up to date.\n"
    assert len(machine.pip_calls) == calls


def test_an_interrupted_set_up_is_made_anew(machine: Machine) -> None:
    """Whatever was left half done is thrown away."""
    machine.has("python3")
    leftover = machine.tree / ".venv" / "half"
    leftover.mkdir(parents=True)
    machine.make()
    assert machine.ready
    assert not leftover.exists()


def test_where_packages_cannot_be_had_nothing_counts_as_ready(machine: Machine) -> None:
    """Without a network the next run tries again."""
    machine.has("python3", pip=1)
    done = machine.make()
    assert done.returncode != 0
    assert "The packages could not be installed" in done.stderr
    assert not machine.ready


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    """After an update of the checkout the environment follows."""
    machine.has("python3")
    machine.make()
    stamp = machine.tree / ".venv" / ".ready"
    os.utime(stamp, (0, 0))
    machine.make()
    assert len(machine.pip_calls) == 4
    assert stamp.stat().st_mtime > 0
