"""A file's plain data, and where each part of it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Loc = tuple[str | int, ...]
ANY = "*"


@dataclass(frozen=True)
class Source:
    """Nested dicts, lists and strings as read, and the line of each, by its path: ("duties", 3, "title")."""

    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)

    def line(self, loc: Loc) -> int:
        """The line of what stands there, or of the nearest thing around it that is in the file."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def get(self, *loc: str | int) -> Any:
        """What stands there, or None."""
        found = self.data
        for part in loc:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def texts(self, *pattern: str | int) -> Iterator[tuple[Loc, str]]:
        """Every text that fits the path, where "*" stands for each key of a mapping or each item of a list."""
        for loc, value in _walk(self.data, pattern, ()):
            if isinstance(value, str):
                yield loc, value

    def keys(self, section: str) -> list[str]:
        """The keys of a section that is a mapping."""
        found = self.get(section)
        return list(found) if isinstance(found, dict) else []

    def called(self, loc: Loc) -> str:
        """How people call it: "duty III.5: performers.agencies"."""
        if len(loc) < 2 or loc[0] not in ("agencies", "duties"):
            return _path(loc)
        thing = "agency" if loc[0] == "agencies" else "duty"
        name = self.get(*loc[:2], "id")
        number = int(loc[1]) + 1
        head = f"{thing} {name}" if isinstance(name, str) else f"{thing} no. {number}"
        rest = _path(loc[2:])
        return f"{head}: {rest}" if rest else head


def _walk(found: Any, pattern: Loc, loc: Loc) -> Iterator[tuple[Loc, Any]]:
    if not pattern:
        yield loc, found
        return
    first, rest = pattern[0], pattern[1:]
    if isinstance(found, list) and first == ANY:
        for number, item in enumerate(found):
            yield from _walk(item, rest, (*loc, number))
    elif isinstance(found, dict):
        for key in found if first == ANY else [first] if first in found else []:
            yield from _walk(found[key], rest, (*loc, key))


def _path(loc: Loc) -> str:
    return ".".join(str(part) for part in loc if not isinstance(part, int))
