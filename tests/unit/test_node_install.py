"""Setting up the Node packages of the tests: by the lock, running nothing, and anew where it was interrupted."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.tree import ROOT


class Checkout:
    """A checkout whose .venv has a Node that notes its calls and ends as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.packages = folder / "tests" / "node"
        self.calls = folder / "calls"
        wheel = folder / "wheel"
        self.packages.mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "node" / "install.sh", self.packages)
        _program(folder / ".venv" / "bin" / "python", f"echo {wheel}")
        self.node = wheel / "bin" / "node"

    def install(self, script: str) -> subprocess.CompletedProcess[str]:
        _program(self.node, f'echo "$*" >> {self.calls}\n{script}')
        command = ["/bin/sh", self.packages / "install.sh"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    @property
    def ready(self) -> bool:
        return (self.packages / "node_modules" / ".ready").exists()


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_what_the_lock_names_is_installed_and_nothing_of_it_is_run(checkout: Checkout) -> None:
    """By npm's `ci`, which takes the lock as it is and checks each hash."""
    assert checkout.install("mkdir node_modules").returncode == 0
    assert checkout.ready
    assert " ci --ignore-scripts " in checkout.calls.read_text()


def test_without_a_registry_the_line_says_so_and_nothing_counts_as_ready(checkout: Checkout) -> None:
    done = checkout.install("mkdir node_modules; exit 1")
    assert done.returncode == 1
    assert "is the npm registry there? Then run this again." in done.stderr
    assert not checkout.ready


def test_what_was_left_half_done_is_thrown_away(checkout: Checkout) -> None:
    (checkout.packages / "node_modules" / "half").mkdir(parents=True)
    checkout.install("mkdir node_modules")
    assert checkout.ready
    assert not (checkout.packages / "node_modules" / "half").exists()
