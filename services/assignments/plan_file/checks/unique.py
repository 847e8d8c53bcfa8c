"""Nothing is given twice: an id would mean two things, and an item of a list says nothing the second time."""

from collections.abc import Iterator
from typing import Any

from services.assignments.plan_file.draft import Draft
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import ANY, Loc


def ids_given_twice(draft: Draft) -> Iterator[Problem]:
    """Two agencies, or two duties, of one id."""
    for section, thing in (("agencies", "agency"), ("duties", "duty")):
        first: dict[str, Loc] = {}
        for loc, name in draft.source.texts(section, ANY, "id"):
            if name in first:
                before = draft.source.line(first[name])
                message = f"{thing} {name}: the id is given twice, first on line {before}; give each its own"
                yield Problem(draft.source.line(loc), message)
            first.setdefault(name, loc)


def groups_called_like_agencies(draft: Draft) -> Iterator[Problem]:
    """A group with an agency's id: a duty's lead may be either, so it must be plain which."""
    agencies = {name: loc for loc, name in reversed(list(draft.source.texts("agencies", ANY, "id")))}
    for name in draft.source.keys("groups"):
        if name in agencies:
            line = draft.source.line(agencies[name])
            message = f"an agency has this id as well, on line {line}; call the group something else"
            yield draft.problem(("groups", name), message)


def items_listed_twice(draft: Draft) -> Iterator[Problem]:
    """The same period, agency, date or address twice in one list."""
    for loc, items in _lists(draft.source.data, ()):
        first: dict[str, Loc] = {}
        for number, item in enumerate(items):
            if not isinstance(item, str):
                continue
            here = (*loc, number)
            if item in first:
                before = draft.source.line(first[item])
                yield draft.problem(here, f"{item!r} is listed twice, first on line {before}; delete one of them")
            first.setdefault(item, here)


def _lists(found: Any, loc: Loc) -> Iterator[tuple[Loc, list[Any]]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from _lists(value, (*loc, key))
    elif isinstance(found, list):
        yield loc, found
        for number, value in enumerate(found):
            yield from _lists(value, (*loc, number))
