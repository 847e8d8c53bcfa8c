"""Months, names, and the rates that the documents print. Pure: days are arguments."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from shared.contracts.report import Counts, OccurrenceLine


def month_of(day: date) -> str:
    """`2023-02`."""
    return f"{day.year:04}-{day.month:02}"


def months_of(year: int, owed: Iterable[str]) -> list[str]:
    """All months of the plan's year and those in which a period ends beside it, in the calendar's order."""
    return sorted({f"{year:04}-{month:02}" for month in range(1, 13)}.union(owed))


def owed(counts: Counts) -> int:
    """What must be done in the year: all that is expected, less the excused."""
    return counts.expected - counts.excused


def done(counts: Counts) -> int:
    """What was done, in time or late."""
    return counts.met + counts.met_late


def completion(counts: Counts) -> Fraction | None:
    """Done of owed, 0 to 1; None where nothing is owed, as for a continuous duty: no rate applies."""
    return Fraction(done(counts), owed(counts)) if owed(counts) else None


def punctuality(counts: Counts) -> Fraction | None:
    """In time, of all that was done or is overdue, 0 to 1; None where there is neither."""
    settled = done(counts) + counts.overdue
    return Fraction(counts.met, settled) if settled else None


def names(pairs: Mapping[str, str], used: Iterable[str]) -> dict[str, str]:
    """Titles by id, in the plan's order; ids that the plan doesn't know come after, under their own name."""
    return {**pairs, **{unknown: unknown for unknown in sorted(set(used) - set(pairs))}}


def extra_outputs(lines: Iterable[OccurrenceLine]) -> int:
    """How many outputs came on top of the one that each occurrence asks for."""
    return sum(max(0, line.outputs - 1) for line in lines)
