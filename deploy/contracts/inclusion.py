"""Whether every value that fits one JSON Schema fits another: what compatibility comes down to.

It knows the keywords that our contracts use. What it doesn't know must be equal on both sides.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Schema = dict[str, Any]

_WORDS = {"title", "description", "default", "examples", "$defs", "$schema", "$id"}
_LEAST = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_MOST = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
_KNOWN = {
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "pattern", "format",
    "anyOf", "oneOf",
    *_LEAST, *_MOST,
}  # fmt: skip


class Misfit(NamedTuple):
    """Where a value of `inner` need not fit `outer`, by the keyword that says so; None where a side says nothing."""

    path: str
    keyword: str
    inner: Any
    outer: Any


def misfits(inner: Schema, outer: Schema) -> list[Misfit]:
    """Every reason why a value that fits `inner` need not fit `outer`; none where all do."""
    return list(_Sides(inner, outer).compare(inner, outer, ""))


class _Sides:
    """Both documents, whose `$defs` the references of each name."""

    def __init__(self, inner: Schema, outer: Schema) -> None:
        self._inner = inner
        self._outer = outer

    def compare(self, inner: Schema, outer: Schema, path: str) -> Iterator[Misfit]:
        ours, theirs = _alternatives(inner, self._inner), _alternatives(outer, self._outer)
        for one in ours:
            found = [list(self._one(one, other, path)) for other in theirs if _same_kind(one, other)]
            if not found:
                yield Misfit(path, "type", _kind(one), " or ".join(sorted({_kind(other) for other in theirs})))
            elif [] not in found:
                yield from min(found, key=len)

    def _one(self, inner: Schema, outer: Schema, path: str) -> Iterator[Misfit]:
        yield from _values(inner, outer, path)
        yield from _bounds(inner, outer, path)
        for word in ("pattern", "format", *sorted((inner.keys() | outer.keys()) - _KNOWN - _WORDS)):
            if word in outer and inner.get(word) != outer[word]:
                yield Misfit(path, word, inner.get(word), outer[word])
        if outer.get("type") == "array" and "items" in outer:
            yield from self.compare(inner.get("items", {}), outer["items"], f"{path}[]")
        if outer.get("type") == "object":
            yield from self._fields(inner, outer, path)

    def _fields(self, inner: Schema, outer: Schema, path: str) -> Iterator[Misfit]:
        ours, theirs = inner.get("properties", {}), outer.get("properties", {})
        for name in outer.get("required", []):
            if name not in inner.get("required", []):
                yield Misfit(f"{path}.{name}", "required" if name in ours else "gone", None, True)
        for name, field in theirs.items():
            if name in ours:
                yield from self.compare(ours[name], field, f"{path}.{name}")
            elif inner.get("additionalProperties") is not False and name not in outer.get("required", []):
                yield Misfit(f"{path}.{name}", "gone", None, True)
        rest = outer.get("additionalProperties", True)
        for name in ours.keys() - theirs.keys() if rest is False else ():
            yield Misfit(f"{path}.{name}", "unknown", True, None)
        if rest is False and inner.get("additionalProperties") is not False:
            yield Misfit(path, "closed", None, True)
        elif isinstance(rest, dict):
            more = inner.get("additionalProperties", {})
            yield from self.compare(more if isinstance(more, dict) else {}, rest, f"{path}.*")


def _alternatives(schema: Schema, document: Schema) -> list[Schema]:
    """The schema without references, `anyOf` and `oneOf`: what a value may be, one by one."""
    if "$ref" in schema:
        schema = document["$defs"][schema["$ref"].rpartition("/")[2]]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [one for alternative in schema[word] for one in _alternatives(alternative, document)]
    return [schema]


def _kind(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _same_kind(inner: Schema, outer: Schema) -> bool:
    return _kind(outer) in {"anything", _kind(inner)} or (_kind(inner), _kind(outer)) == ("integer", "number")


def _values(inner: Schema, outer: Schema, path: str) -> Iterator[Misfit]:
    ours, theirs = _listed(inner), _listed(outer)
    if theirs is None:
        return
    if ours is None:
        yield Misfit(path, "enum", None, theirs)
    elif more := [value for value in ours if value not in theirs]:
        yield Misfit(path, "enum", more, theirs)


def _listed(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _bounds(inner: Schema, outer: Schema, path: str) -> Iterator[Misfit]:
    for word in _LEAST:
        if word in outer and (word not in inner or inner[word] < outer[word]):
            yield Misfit(path, word, inner.get(word), outer[word])
    for word in _MOST:
        if word in outer and (word not in inner or inner[word] > outer[word]):
            yield Misfit(path, word, inner.get(word), outer[word])
