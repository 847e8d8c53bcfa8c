"""From YAML to plain data with lines. Scalars stay text, so `no`, `2023-02` and `12:30` mean what they say.

Of YAML's language a plan file uses mappings, lists and scalars; anchors, aliases and tags are refused, since
they let a small file grow into a large one and say things that no reader of a plan expects.
"""

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from services.assignments.plan_file.problems import Problem, Unreadable
from services.assignments.plan_file.source import Loc, Source

DEEPEST = 12
NOTHING = ("", "~", "null", "Null", "NULL")


def read(text: str) -> tuple[Source, list[Problem]]:
    """The data with lines, and the problems that don't keep the rest from being checked (a key given twice).

    Raises Unreadable where the text is no YAML or uses what is refused.
    """
    reader = _Reader(text)
    data = reader.document()
    return Source(data, reader.lines), reader.problems


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        self._events = _events(text)

    def document(self) -> Any:
        documents: list[Any] = []
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if documents:
                    _refuse(event, "a second document starts here; a plan file holds one")
                documents.append(self._value(next(self._events), ()))
            elif isinstance(event, StreamEndEvent):
                break
        return documents[0] if documents else None

    def _value(self, event: Event, loc: Loc) -> Any:
        _plain(event)
        if len(loc) > DEEPEST:
            _refuse(event, f"nested deeper than {DEEPEST} levels; a plan file needs less")
        self.lines.setdefault(loc, _line(event))
        if isinstance(event, ScalarEvent):
            return None if event.style in (None, "") and event.value in NOTHING else event.value
        if isinstance(event, SequenceStartEvent):
            return list(self._items(loc))
        assert isinstance(event, MappingStartEvent)
        return self._mapping(loc)

    def _items(self, loc: Loc) -> Iterator[Any]:
        number = 0
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._value(event, (*loc, number))
            number += 1

    def _mapping(self, loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            _plain(event)
            if not isinstance(event, ScalarEvent):
                _refuse(event, "a key must be a plain word, as in `title: …`")
            key: str = event.value
            inner = (*loc, key)
            if key in found:
                message = f"key {key!r} is given twice, first on line {self.lines[inner]}; keep one of them"
                self.problems.append(Problem(_line(event), message))
                self._value(next(self._events), (*loc, f"{key} (again)"))
                continue
            self.lines[inner] = _line(event)
            found[key] = self._value(next(self._events), inner)
        return found


def _events(text: str) -> Iterator[Event]:
    try:
        yield from yaml.parse(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = min(mark.line, text.rstrip("\n").count("\n")) + 1 if mark else 1
        raise Unreadable([Problem(line, _syntax(error, text, line))]) from None


def _syntax(error: yaml.MarkedYAMLError, text: str, line: int) -> str:
    told = ", ".join(part for part in (error.context, error.problem) if part)
    written = text.splitlines()[line - 1 : line]
    if written and written[0].lstrip(" ").startswith("\t"):
        return f"not YAML: {told}; indent with spaces, not with tabs"
    if "mapping values" in told:
        return f'not YAML: {told}; put a text that holds ": " in quotation marks'
    return f"not YAML: {told}; look at this line and at the one above it"


def _plain(event: Event) -> None:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        _refuse(event, "YAML anchors (&) and aliases (*) are refused; write the value out, or in quotation marks")
    if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None:
        _refuse(event, f"the YAML tag {event.tag!r} is refused; write the value without it")


def _line(event: Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1


def _refuse(event: Event, message: str) -> NoReturn:
    raise Unreadable([Problem(_line(event), message)])
