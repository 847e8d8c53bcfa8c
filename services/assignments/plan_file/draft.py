"""A file as far as it holds: what is well formed is kept, so that the rest of it can be checked as well."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from services.assignments.plan_file import wording
from services.assignments.plan_file.model import AgencyEntry, DutyEntry, PlanFile, PlanHead
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import Loc, Source

Entry = TypeVar("Entry", bound=BaseModel)


@dataclass(frozen=True)
class Draft:
    """The well-formed parts. `agencies` and `duties` by their number in the file; `head` None if it isn't."""

    source: Source
    head: PlanHead | None
    agencies: dict[int, AgencyEntry]
    duties: dict[int, DutyEntry]

    @property
    def registry_is_whole(self) -> bool:
        """Whether every agency of the file is well formed, so that counting them makes sense."""
        return bool(self.agencies) and len(self.agencies) == len(self.source.get("agencies"))

    def problem(self, loc: Loc, message: str) -> Problem:
        """A problem with what stands there, named as people call it."""
        called = self.source.called(loc)
        return Problem(self.source.line(loc), f"{called}: {message}" if called else message)


def drafted(source: Source) -> tuple[Draft, list[Problem]]:
    """The well-formed parts of a file, and what is wrong with the others."""
    if not isinstance(source.data, dict):
        message = "a plan file is a mapping, with `key: value` a line; the first is `id: …`"
        return Draft(source, None, {}, {}), [Problem(source.line(()), message)]
    problems: list[Problem] = []
    head = {key: value for key, value in source.data.items() if key not in ("agencies", "duties")}
    draft = Draft(
        source,
        _valid(source, (), head, PlanHead, problems),
        _entries(source, "agencies", AgencyEntry, problems),
        _entries(source, "duties", DutyEntry, problems),
    )
    return draft, problems


def _entries(source: Source, section: str, model: type[Entry], problems: list[Problem]) -> dict[int, Entry]:
    given = source.get(section)
    if not isinstance(given, list) or not given:
        line = source.line((section,))
        wanted = PlanFile.model_fields[section].description
        state = "is missing" if section not in source.data else "holds nothing to read"
        problems.append(Problem(line, f"{section} {state}; write {wanted}"))
        return {}
    entries = {n: _valid(source, (section, n), item, model, problems) for n, item in enumerate(given)}
    return {number: entry for number, entry in entries.items() if entry is not None}


def _valid(source: Source, base: Loc, given: object, model: type[Entry], problems: list[Problem]) -> Entry | None:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems += [wording.problem(source, base, model, e) for e in error.errors()]
        return None
