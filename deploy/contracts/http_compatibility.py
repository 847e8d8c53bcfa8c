"""What a change of the HTTP intake would break, in words: whoever calls it today must be able to go on.

A call of today is still taken, and its answer is still read: paths, methods, parameters, content types and schemas.
"""

from collections.abc import Iterator
from typing import Any

from deploy.contracts.compatibility import to_readers, to_senders
from deploy.contracts.inclusion import Schema, misfits

Document = dict[str, Any]


def http_breaks(released: Document, now: Document) -> list[str]:
    """A line for what in the OpenAPI document breaks callers of the released one; none where nothing does."""
    lines: list[str] = []
    for path, methods in released.get("paths", {}).items():
        for method, was in methods.items():
            name = f"{method.upper()} {path}"
            kept = now["paths"].get(path, {}).get(method)
            if kept is None:
                lines.append(f"{name}: gone; callers of today rely on it")
            else:
                lines += [f"{name}{line}" for line in _operation(_Both(released, now), was, kept)]
    return lines


class _Both:
    """Both documents, whose components the references of each name."""

    def __init__(self, released: Document, now: Document) -> None:
        self._released = released
        self._now = now

    def sent(self, was: Schema, now: Schema) -> list[str]:
        """What a sender of `was` meets."""
        return [to_senders(one) for one in misfits(_whole(was, self._released), _whole(now, self._now))]

    def read(self, was: Schema, now: Schema) -> list[str]:
        """What a reader of `was` meets."""
        return [to_readers(one) for one in misfits(_whole(now, self._now), _whole(was, self._released))]

    def released_answers(self, operation: Document) -> dict[str, Document]:
        return _answers(operation, self._released)

    def answers(self, operation: Document) -> dict[str, Document]:
        return _answers(operation, self._now)


def _operation(both: _Both, was: Document, now: Document) -> Iterator[str]:
    if was.get("security") != now.get("security"):
        yield ": another kind of credential is asked for; callers of today have the old one"
    before, after = _parameters(was), _parameters(now)
    for (place, name), one in before.items():
        if (place, name) not in after:
            yield f": `{name}` in the {place} is refused now; callers of today may send it"
        else:
            yield from (f", `{name}`: {line}" for line in both.sent(one["schema"], after[place, name]["schema"]))
    for (place, name), one in after.items():
        if one.get("required") and not before.get((place, name), {}).get("required"):
            yield f": `{name}` in the {place} is needed now; callers of today may leave it out"
    taken = now.get("requestBody", {}).get("content", {})
    for kind, body in was.get("requestBody", {}).get("content", {}).items():
        if kind not in taken:
            yield f": {kind} is no longer taken"
        else:
            yield from (f", {kind}: {line}" for line in both.sent(body["schema"], taken[kind]["schema"]))
    yield from _told(both, both.released_answers(was), both.answers(now))


def _parameters(operation: Document) -> dict[tuple[str, str], Document]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", [])}


def _told(both: _Both, was: dict[str, Document], now: dict[str, Document]) -> Iterator[str]:
    for status, answer in now.items():
        if status in was:
            yield from (f", {status}{line}" for line in _answer(both, was[status], answer))
        elif status < "400":
            yield f": it may answer {status} now; callers of today don't know what that is"


def _answer(both: _Both, was: Document, now: Document) -> Iterator[str]:
    for name in was.get("headers", {}).keys() - now.get("headers", {}).keys():
        yield f": the header {name} is gone; callers of today rely on it"
    before, after = was.get("content", {}), now.get("content", {})
    if before and not after:
        yield ": it has no body now; callers of today rely on it"
    for kind, body in after.items():
        if kind not in before:
            yield f": it may answer with {kind} now; callers of today can't read that"
        else:
            yield from (f" {kind}: {line}" for line in both.read(before[kind]["schema"], body["schema"]))


def _whole(schema: Schema, document: Document) -> Schema:
    return {**schema, "$defs": document["components"]["schemas"]}


def _answers(operation: Document, document: Document) -> dict[str, Document]:
    """The answers by status, without references."""
    shared = document["components"].get("responses", {})
    told = operation["responses"].items()
    return {status: shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for status, one in told}
