"""The contract as one page for people: nothing to load, nothing that runs, good on a telephone."""

import json
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from deploy.contracts.page_fields import fields, kinds
from deploy.contracts.page_words import blocks, inline
from shared.contracts.reasons import REASONS

Document = dict[str, Any]


def render(openapi: Document, asyncapi: Document, schemas: list[str]) -> bytes:
    """The page's bytes, UTF-8. `schemas` are the paths of the JSON Schemas, beside the page."""
    models = {**asyncapi["components"]["schemas"], **openapi["components"]["schemas"]}
    page = _TEMPLATES.get_template("page.html.j2").render(
        http=openapi,
        nats=asyncapi,
        operations=[
            (method.upper(), path, operation)
            for path, methods in openapi["paths"].items()
            for method, operation in methods.items()
        ],
        follow=lambda node: _follow(openapi, node),
        message=lambda node: _follow(asyncapi, node),
        reasons=REASONS,
        models=sorted(models.items()),
        schemas=schemas,
    )
    return page.encode() + b"\n"


def _follow(document: Document, node: Document) -> Document:
    """What a reference names; what is none is itself."""
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return _follow(document, found)


_TEMPLATES = SandboxedEnvironment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    words=blocks,
    line=inline,
    fields=fields,
    kinds=kinds,
    pretty=lambda value: json.dumps(value, ensure_ascii=False, indent=2),
)
