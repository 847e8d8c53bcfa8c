"""All documents of the contract, made anew from the code: what `make contracts` writes and a test compares."""

import json
from pathlib import Path
from typing import Any

from deploy.contracts.asyncapi import asyncapi
from deploy.contracts.compatibility import breaks
from deploy.contracts.examples import golden_events
from deploy.contracts.http_compatibility import http_breaks
from deploy.contracts.nats_compatibility import nats_breaks
from deploy.contracts.openapi import openapi
from deploy.contracts.openapi_reports import openapi_reports
from deploy.contracts.page import render
from deploy.contracts.schemas import Schema, answer_schemas, published_schemas
from shared.published import ASYNCAPI, FOLDER, OPENAPI, OPENAPI_REPORTS, PAGE

RELEASED = FOLDER / "released"
SCHEMAS = "schemas"
ANSWERS = "answers"


class BreaksConsumers(Exception):
    """The contract as it is breaks who relies on the released one; the text says what."""


def documents() -> dict[str, bytes]:
    """Every file's bytes by its path below `docs/contracts`, ends in a line break."""
    examples = golden_events()
    schemas = {f"{SCHEMAS}/{name}.json": _json(schema) for name, schema in published_schemas(examples).items()}
    answers = {f"{ANSWERS}/{name}.json": _json(schema) for name, schema in answer_schemas().items()}
    http, nats = openapi(examples), asyncapi(examples)
    page = render(http, nats, sorted(schemas))
    of_http = {OPENAPI: _json(http), OPENAPI_REPORTS: _json(openapi_reports())}
    return {**schemas, **answers, **of_http, ASYNCAPI: _json(nats), PAGE: page}


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


def broken(folder: Path = RELEASED) -> list[str]:
    """A line for each thing by which the contract of now breaks who relies on the last release."""
    examples = golden_events()
    return [
        *breaks(released(folder), published_schemas(examples)),
        *http_breaks(_released(folder, OPENAPI), openapi(examples)),
        *http_breaks(_released(folder, OPENAPI_REPORTS), openapi_reports()),
        *nats_breaks(_released(folder, ASYNCAPI), asyncapi(examples)),
    ]


def release(folder: Path = RELEASED) -> list[str]:
    """Keep the contract of now as the released one; its files. Raises BreaksConsumers, and keeps what was there."""
    if lines := broken(folder):
        raise BreaksConsumers("\n".join(lines))
    kept = (OPENAPI, OPENAPI_REPORTS, ASYNCAPI)
    made = {path: content for path, content in documents().items() if path.startswith(f"{SCHEMAS}/") or path in kept}
    for path, content in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return list(made)


def released(folder: Path = RELEASED) -> dict[str, Schema]:
    """The schemas of the last release by type."""
    paths = sorted((folder / SCHEMAS).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def _released(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
