"""The examples of the documents: the golden events, as they are kept beside the tests."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.registry import EVENTS

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "contracts" / "golden"


def golden_events() -> dict[str, Any]:
    """One whole CloudEvent a type, the latest. Raises KeyError where a type has none."""
    latest = {path.stem.partition("+")[0]: path for path in sorted(GOLDEN.glob("*.json"), key=lambda path: path.stem)}
    return {name: json.loads(latest[name].read_text(encoding="utf-8")) for name in EVENTS}
