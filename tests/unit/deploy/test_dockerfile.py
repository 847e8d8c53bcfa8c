"""The image holds what the services need, and runs as nobody in particular."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.harness.tree import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LINES = [line.strip() for line in DOCKERFILE.splitlines() if line.strip() and not line.startswith("#")]
COPIED = [line.split()[1] for line in LINES if line.startswith("COPY ") and "--from" not in line]
DEVELOPMENT = ("aiosmtpd", "pytest", "hypothesis", "python-docx", "pypdf")
ONLY_AT_A_DESK = {ROOT / "deploy" / "inbox.py"}


def test_it_runs_without_rights() -> None:
    """The last user named is not root."""
    users = [line.split()[1] for line in LINES if line.startswith("USER ")]
    assert users == ["10001"]


def test_everything_copied_is_there_and_goes_to_the_builder() -> None:
    """A path that .dockerignore holds back, or that doesn't exist, fails the build."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(COPIED) == allowed
    assert all((ROOT / path).exists() for path in COPIED)


def test_packages_are_installed_by_hash() -> None:
    """What was tested is what is installed, whatever an index serves."""
    assert "pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-services.lock" in DOCKERFILE


def test_its_python_is_one_that_we_run_on() -> None:
    """Both stages have the same version, and it is one that the project declares."""
    versions = set(re.findall(r"FROM python:(\d+\.\d+)-slim", DOCKERFILE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = tuple(int(part) for part in project["requires-python"].removeprefix(">=").split("."))
    assert len(versions) == 1
    assert tuple(int(part) for part in versions.pop().split(".")) >= least


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", ["shared", "services", "deploy"])
def test_the_code_imports_only_what_is_in_the_image(package: str) -> None:
    """A package that only tests need isn't there in production."""
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-services.lock").read_text(), re.MULTILINE))
    provided = metadata.packages_distributions()
    missing = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / package).rglob("*.py")
        if path not in ONLY_AT_A_DESK
        for name in _imports(path) - set(sys.stdlib_module_names) - {"shared", "services", "deploy"}
        if not locked & {_normal(distribution) for distribution in provided.get(name, [])}
    }
    assert missing == set()


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_what_only_tests_need_is_not_in_it() -> None:
    """The smaller the image, the less there is to attack."""
    lock = (ROOT / "requirements-services.lock").read_text()
    assert [name for name in DEVELOPMENT if re.search(rf"^{name}==", lock, re.MULTILINE)] == []
