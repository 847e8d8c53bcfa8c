"""What is wrong with a plan file, and on which line."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, with what would be right. Lines count from 1."""

    line: int
    message: str


class PlanError(ValueError):
    """The file can't be used. `problems` are all that were found, by line; the text is one a line."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"{name}:{p.line}: {p.message}" for p in self.problems))


class Unreadable(Exception):
    """The bytes hold no plain YAML, so there is nothing to check further."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)
