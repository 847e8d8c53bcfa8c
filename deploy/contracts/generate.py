"""All documents of the contract, made anew from the code: what `make contracts` writes and a test compares."""

import json
from pathlib import Path
from typing import Any

from deploy.contracts.asyncapi import asyncapi
from deploy.contracts.compatibility import breaks
from deploy.contracts.examples import golden_events
from deploy.contracts.openapi import openapi
from deploy.contracts.page import render
from deploy.contracts.schemas import Schema, published_schemas
from shared.published import ASYNCAPI, FOLDER, OPENAPI, PAGE

RELEASED = FOLDER / "released"
SCHEMAS = "schemas"


class BreaksConsumers(Exception):
    """The contract as it is breaks who relies on the released one; the text says what."""


def documents() -> dict[str, bytes]:
    """Every file's bytes by its path below `docs/contracts`, ends in a line break."""
    examples = golden_events()
    schemas = {f"{SCHEMAS}/{name}.json": _json(schema) for name, schema in published_schemas(examples).items()}
    http, nats = openapi(examples), asyncapi(examples)
    page = render(http, nats, sorted(schemas))
    return {**schemas, OPENAPI: _json(http), ASYNCAPI: _json(nats), PAGE: page}


def write(folder: Path = FOLDER) -> list[str]:
    """Write all documents, and remove schemas of types that are no more; the paths that changed."""
    made = documents()
    changed = []
    for path, content in made.items():
        target = folder / path
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            changed.append(path)
    for stale in sorted((folder / SCHEMAS).glob("*.json")):
        if f"{SCHEMAS}/{stale.name}" not in made:
            stale.unlink()
            changed.append(f"{SCHEMAS}/{stale.name}")
    return changed


def release(folder: Path = RELEASED) -> list[str]:
    """Keep the schemas of now as the released ones; their names. Raises BreaksConsumers, and keeps what was there."""
    now = published_schemas(golden_events())
    if broken := breaks(released(folder), now):
        raise BreaksConsumers("\n".join(broken))
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in now.items():
        (folder / f"{name}.json").write_bytes(_json(schema))
    return list(now)


def released(folder: Path = RELEASED) -> dict[str, Schema]:
    """The schemas of the last release by type."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
