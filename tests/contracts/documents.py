"""Walking the published documents: references, and the schemas and examples in them."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from deploy.contracts.generate import documents

MADE = documents()
BASE = "urn:document"


def document(name: str) -> Any:
    """One of the documents as made from the code."""
    return json.loads(MADE[name])


def at(whole: Any, pointer: str) -> Any:
    """What a reference within the document names; raises KeyError where it names nothing."""
    found = whole
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def references(node: Any) -> Iterator[str]:
    """Every reference that stands anywhere in the document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def validator(whole: Any, schema: Any) -> Draft202012Validator:
    """The standard validator; the schema may refer to other parts of the document."""
    registry: Registry[Any] = Registry().with_resource(BASE, DRAFT202012.create_resource(whole))
    resolved = json.loads(json.dumps(schema).replace('"#/', f'"{BASE}#/'))
    return Draft202012Validator(resolved, registry=registry, format_checker=FormatChecker())


def wrong(whole: Any, schema: Any, value: Any) -> list[str]:
    """What the standard validator finds."""
    return [error.message for error in validator(whole, schema).iter_errors(value)]
