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

    def answers(self, was: Document, now: Document) -> tuple[Document, Document]:
        return _answers(was, self._released), _answers(now, self._now)


def _operation(both: _Both, was: Document, now: Document) -> Iterator[str]:
    before = {one["name"]: one for one in was.get("parameters", [])}
    after = {one["name"]: one for one in now.get("parameters", [])}
    for name, one in before.items():
        if name not in after:
            yield f": `{name}` is refused now; callers of today may send it"
        else:
            yield from (f", `{name}`: {line}" for line in both.sent(one["schema"], after[name]["schema"]))
    for name, one in after.items():
        if one.get("required") and not before.get(name, {}).get("required"):
            yield f": `{name}` is needed now; callers of today may leave it out"
    taken = now.get("requestBody", {}).get("content", {})
    for kind, body in was.get("requestBody", {}).get("content", {}).items():
        if kind not in taken:
            yield f": {kind} is no longer taken"
        else:
            yield from (f", {kind}: {line}" for line in both.sent(body["schema"], taken[kind]["schema"]))
    yield from _told(both, *both.answers(was, now))


def _told(both: _Both, was: Document, now: Document) -> Iterator[str]:
    for status, answer in now.items():
        if status not in was and status < "400":
            yield f": it may answer {status} now; callers of today don't know what that is"
        for kind, body in answer.items() if status in was else ():
            if kind not in was[status]:
                yield f", {status}: it may answer with {kind} now; callers of today can't read that"
            else:
                yield from (f", {status} {kind}: {line}" for line in both.read(was[status][kind], body))


def _whole(schema: Schema, document: Document) -> Schema:
    return {**schema, "$defs": document["components"]["schemas"]}


def _answers(operation: Document, document: Document) -> Document:
    """The schema by status and content type."""
    found = {}
    for status, told in operation["responses"].items():
        shared = told.get("$ref", "").rpartition("/")[2]
        answer = document["components"]["responses"][shared] if shared else told
        found[status] = {kind: body["schema"] for kind, body in answer.get("content", {}).items()}
    return found
