"""A schema as rows of a table that people read: each field, what it may be, whether it is needed."""

from typing import Any, NamedTuple

from deploy.contracts.schemas import Schema

_FORMATS = {"date": "date (2023-02-16)", "date-time": "moment (RFC 3339)", "uri-reference": "address"}
_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}


class Kind(NamedTuple):
    """What a value may be, in words; `model` names another schema of the page, which the words end in."""

    words: str
    model: str = ""


class Field(NamedTuple):
    """One row. `kinds` are alternatives."""

    name: str
    kinds: list[Kind]
    needed: bool
    description: str


def fields(schema: Schema) -> list[Field]:
    """The rows of an object's schema, in its order."""
    needed = schema.get("required", [])
    return [
        Field(name, kinds(its), name in needed, its.get("description", ""))
        for name, its in schema.get("properties", {}).items()
    ]


def kinds(schema: Schema, prefix: str = "") -> list[Kind]:
    """The alternatives that a value may be."""
    if "$ref" in schema:
        return [Kind(prefix, schema["$ref"].rpartition("/")[2])]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [kind for one in schema[word] for kind in kinds(one, prefix)]
    if schema.get("type") == "array":
        return kinds(schema["items"], f"{prefix}list{_most(schema, 'Items')} of ")
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return kinds(schema["additionalProperties"], f"{prefix}object of ")
    return [Kind(prefix + _words(schema))]


def _words(schema: Schema) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    kind = str(schema.get("type", "anything"))
    words = _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, kind))
    return words + _most(schema, "Length") + _range(schema)


def _most(schema: Schema, what: str) -> str:
    unit = {"Length": "characters", "Items": "entries"}[what]
    least, most = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if most is not None:
        return f" ({least}–{most} {unit})"
    return " (not empty)" if least else ""


def _range(schema: Schema) -> str:
    bounds: dict[str, Any] = {"more than": "exclusiveMinimum", "at least": "minimum", "at most": "maximum"}
    said = [f"{words} {schema[keyword]:,}" for words, keyword in bounds.items() if keyword in schema]
    return f" ({', '.join(said)})" if said else ""
