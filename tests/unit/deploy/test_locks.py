"""The lock files name exactly what is installed, and no address to get it from."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.harness.tree import ROOT

EVERYTHING = "requirements.lock"
SERVICES = "requirements-services.lock"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DESK = [line for extra in PROJECT["optional-dependencies"].values() for line in extra]


def _locked(name: str) -> dict[str, str]:
    """Versions by package."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "declared"), [(EVERYTHING, [*PROJECT["dependencies"], *DESK]), (SERVICES, PROJECT["dependencies"])]
)
def test_a_lock_satisfies_what_is_declared(lock: str, declared: list[str]) -> None:
    """A dependency that was added or raised without `make lock` shows here."""
    locked = _locked(lock)
    wanted = [Requirement(line) for line in declared]
    stale = [str(w) for w in wanted if not w.specifier.contains(locked.get(canonicalize_name(w.name), "0"))]
    assert stale == []


def test_the_services_run_what_was_tested() -> None:
    """The image has no package and no version that the tests didn't have."""
    assert _locked(SERVICES).items() <= _locked(EVERYTHING).items()


@pytest.mark.parametrize("lock", [EVERYTHING, SERVICES])
def test_a_lock_holds_names_versions_and_hashes_alone(lock: str) -> None:
    """No address of an index and no path of a machine: every mirror serves, and every file is checked."""
    entry = re.compile(r"[a-z0-9][a-z0-9.-]*==[\w.+]+( ; [^\\]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?")
    odd = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not entry.fullmatch(line)]
    assert odd == []


@pytest.mark.parametrize("lock", [EVERYTHING, SERVICES])
def test_every_package_has_a_hash(lock: str) -> None:
    """pip refuses the whole file where one is missing."""
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(blocks) > 20
    assert [block.splitlines()[0] for block in blocks if "--hash=" not in block] == []
