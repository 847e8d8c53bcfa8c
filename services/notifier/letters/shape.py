"""How much of a letter is printed in full, so that a mail of any length stays readable and whole. Pure.

Gmail cuts off what is beyond 102 KB of HTML, contact and all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notifier.letters.letter import Letter, Owing
from services.notifier.letters.line import Line


@dataclass(frozen=True)
class Shape:
    """`full` lines get all that there is to say, the ones after them up to `listed` the shortest form with one button;
    the rest is counted. `drafted` lines of the draft letter are listed; its file has all."""

    full: int
    listed: int
    drafted: int


SHAPES = (Shape(12, 60, 100), Shape(8, 36, 60), Shape(4, 12, 20), Shape(1, 3, 5))


@dataclass(frozen=True)
class Part:
    """A section as it is printed, lines with their numbers; `left_out` is how many more there are."""

    heading: str
    note: str
    full: tuple[tuple[int, Line], ...]
    brief: tuple[tuple[int, Line], ...]
    left_out: int


@dataclass(frozen=True)
class Listed:
    """The draft letter's list as it is printed."""

    owing: tuple[Owing, ...]
    left_out: int


def parts(letter: Letter, shape: Shape) -> tuple[Part, ...]:
    """The sections, numbered from one to the last."""
    made, before = [], 0
    for section in letter.sections:
        numbered = tuple(enumerate(section.lines, before + 1))
        before += len(numbered)
        full = 0 if section.brief else shape.full
        made.append(
            Part(
                section.heading,
                section.note,
                full=tuple(one for one in numbered if one[0] <= full),
                brief=tuple(one for one in numbered if full < one[0] <= shape.listed),
                left_out=sum(number > shape.listed for number, _ in numbered),
            )
        )
    return tuple(made)


def drafted(draft: Sequence[Owing], shape: Shape) -> Listed:
    """The first agencies and lines of the draft."""
    kept, left = [], shape.drafted
    for owing in draft:
        lines = owing.lines[:left]
        left -= len(lines)
        if lines:
            kept.append(Owing(owing.agency, lines))
    return Listed(tuple(kept), sum(len(owing.lines) for owing in draft) - (shape.drafted - left))
