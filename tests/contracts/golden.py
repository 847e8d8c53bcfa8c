"""The golden events: one whole CloudEvent a type and version. A file is never edited once it is released."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"


def golden(event_type: str) -> dict[str, Any]:
    """The golden CloudEvent of that type, with a value in every field."""
    found = json.loads((FOLDER / f"{event_type}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
