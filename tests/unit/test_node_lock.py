"""The Node packages of the tests: exact versions, a hash each, and no address to get them from."""

import json
import re

from tests.harness.tree import ROOT

FOLDER = ROOT / "tests" / "node"
DECLARED = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
INSTALLED = {place: one for place, one in LOCK["packages"].items() if place}


def test_versions_are_exact_and_the_lock_has_them() -> None:
    """A dependency that was added or raised without the lock shows here."""
    for kind in ("dependencies", "devDependencies"):
        assert LOCK["packages"][""][kind] == DECLARED[kind]
        for name, version in DECLARED[kind].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
            assert INSTALLED[f"node_modules/{name}"]["version"] == version


def test_every_package_has_a_hash_and_no_address() -> None:
    """npm refuses what differs, and asks whichever registry the machine is set up for."""
    assert len(INSTALLED) > 20
    assert [place for place, one in INSTALLED.items() if not one["integrity"].startswith("sha512-")] == []
    assert [place for place, one in INSTALLED.items() if "resolved" in one] == []


def test_programs_of_integrators_need_two_packages() -> None:
    """The rest is for the tests alone."""
    assert set(DECLARED["dependencies"]) == {"@nats-io/transport-node", "cloudevents"}
