"""The AsyncAPI document as the official parser reads it."""

import json
from pathlib import Path
from typing import Any

from tests.contracts.documents import document
from tests.harness.node import node

ERROR = 0


def _read(written: Any) -> Any:
    done = node("check_asyncapi.mjs", given=json.dumps(written))
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_official_parser_finds_no_error(node_modules: Path) -> None:
    """And reads the channels that we wrote."""
    written = document("asyncapi.json")
    read = _read(written)
    assert [one for one in read["diagnostics"] if one["severity"] == ERROR] == []
    assert set(read["channels"]) == {channel["address"] for channel in written["channels"].values()}


def test_the_official_parser_finds_what_is_wrong(node_modules: Path) -> None:
    """An action that there isn't: the check above can fail."""
    written = document("asyncapi.json")
    written["operations"]["postOutput"]["action"] = "shout"
    errors = [one for one in _read(written)["diagnostics"] if one["severity"] == ERROR]
    assert any(one["path"][:2] == ["operations", "postOutput"] for one in errors)
