"""The golden events: whole CloudEvents of each type and version. A file is never edited once it is released.

A field that a version gets later comes with a further file, `TYPE+1-what.json`, `TYPE+2-what.json`.
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"


def type_of(path: Path) -> str:
    """The type of the event in a golden file."""
    return path.stem.partition("+")[0]


def golden(event_type: str) -> dict[str, Any]:
    """The latest golden CloudEvent of that type, with a value in every field."""
    return read(max((path for path in FOLDER.iterdir() if type_of(path) == event_type), key=lambda path: path.stem))


def read(path: Path) -> dict[str, Any]:
    """The CloudEvent in a golden file."""
    found = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
