"""The examples of the documents: the golden events, as they are kept beside the tests."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.registry import EVENTS

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "contracts" / "golden"


def golden_events() -> dict[str, Any]:
    """One whole CloudEvent a type. Raises FileNotFoundError where a type has none."""
    return {name: json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")) for name in EVENTS}
