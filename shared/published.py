"""The contract's documents as they are published, for whoever serves them. `make contracts` makes them."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "contracts"

PAGE = "index.html"
OPENAPI = "openapi.json"
# Of reports, for officers.
OPENAPI_REPORTS = "openapi-reports.json"
ASYNCAPI = "asyncapi.json"
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json"}


def document(path: str) -> tuple[bytes, str] | None:
    """A document's bytes and media type by its path below the page (PAGE itself, and what it links to), else None."""
    return _documents().get(path)


@cache
def _documents() -> dict[str, tuple[bytes, str]]:
    """All of them, read once: half a megabyte."""
    files = {one.relative_to(FOLDER).as_posix(): one for one in FOLDER.rglob("*") if one.suffix in _TYPES}
    return {
        path: (file.read_bytes(), _TYPES[file.suffix])
        for path, file in files.items()
        if not path.startswith("released/")
    }
