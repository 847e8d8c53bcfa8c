"""The contract's documents as they are published, for whoever serves them. `make contracts` makes them."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "contracts"

PAGE = "index.html"
OPENAPI = "openapi.json"
ASYNCAPI = "asyncapi.json"
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json"}


def document(path: str) -> tuple[bytes, str] | None:
    """A document's bytes and media type by its path below the page (PAGE itself, and what it links to), else None."""
    published = {one.relative_to(FOLDER).as_posix(): one for one in FOLDER.rglob("*") if one.suffix in _TYPES}
    if path not in published or path.startswith("released/"):
        return None
    return published[path].read_bytes(), _TYPES[published[path].suffix]
