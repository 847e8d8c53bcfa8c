"""What an officer wrote, as paragraphs in bold and italic: a small part of Markdown. Pure.

Paragraphs lie between empty lines, or begin with a number, as officials write them: `I.`, `1.`, `2.1`, `a)`, `+`. Items
begin with `- ` or `* `, and `**bold**` and `*italic*` are faces. All else is text.

Stars make a face from a word's beginning to a word's end alone. CommonMark takes them within words as well; here
figures are signed, and `cấp 2*3 tỷ và 4*6 tỷ` must not become `cấp 23 tỷ và 46 tỷ`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category

from services.reports.renderings.paper import Run

ITEM = "- "
_ITEMS = (ITEM, "* ")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|[IVX]{1,5}\.|[a-zđ]\)|\+)\s")
_BOLD, _ITALIC = "**", "*"
# More than three are a line that somebody drew.
_STARS = re.compile(r"(?<!\*)\*{1,3}(?!\*)")
# Unicode's categories of punctuation; what joins words (Pc: `_`) is in neither. A straight quote opens and closes.
_OPENING, _CLOSING, _DASH = ("Ps", "Pi"), ("Pe", "Pf", "Po"), "Pd"
_QUOTES = "\"'"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or an `item` of a list; runs without text don't occur."""

    runs: tuple[Run, ...]
    item: bool = False

    @property
    def text(self) -> str:
        """Without faces; an item begins with its dash."""
        return (ITEM if self.item else "") + "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class _Mark:
    """`kind` is `**` or `*`; it `opens` a face or closes one."""

    kind: str
    start: int
    opens: bool


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs and items in order; none for a text that is empty."""
    found: list[tuple[bool, list[str]]] = []
    ended = True
    for line in text.splitlines():
        said = line.strip()
        if not said:
            ended = True
        elif said.startswith(_ITEMS):
            found.append((True, [said[len(ITEM) :].strip()]))
            ended = False
        elif ended or _NUMBERED.match(said):
            found.append((False, [said]))
            ended = False
        else:
            found[-1][1].append(said)
    made = (Paragraph(faces(" ".join(lines)), item) for item, lines in found)
    return tuple(paragraph for paragraph in made if paragraph.runs)


def faces(text: str) -> tuple[Run, ...]:
    """The text cut where its face changes. Stars within a word, and those without a partner, are text."""
    marks = list(_marks(text))
    last = {mark.kind: mark.start for mark in marks if not mark.opens}
    runs: list[Run] = []
    on = {_BOLD: False, _ITALIC: False}
    begin = 0
    for mark in marks:
        if mark.opens == on[mark.kind] or (mark.opens and last.get(mark.kind, -1) < mark.start):
            continue
        _add(runs, text[begin : mark.start], on)
        on[mark.kind] = mark.opens
        begin = mark.start + len(mark.kind)
    _add(runs, text[begin:], on)
    return tuple(runs)


def _marks(text: str) -> Iterator[_Mark]:
    """The marks that may open or close a face: those at a word's outside, so that none does both."""
    for stars in _STARS.finditer(text):
        before, after = text[stars.start() - 1 : stars.start()], text[stars.end() : stars.end() + 1]
        opens = _may_precede(before) and _may_begin(after)
        closes = _may_end(before) and _may_follow(after)
        if opens != closes:
            kinds = (_BOLD, _ITALIC) if len(stars[0]) == 3 else (stars[0],)
            for kind, start in zip(kinds, (stars.start(), stars.start() + len(_BOLD)), strict=False):
                yield _Mark(kind, start, opens)


def _may_precede(letter: str) -> bool:
    return not letter.strip() or category(letter) in _OPENING or letter in _QUOTES


def _may_begin(letter: str) -> bool:
    return bool(letter.strip()) and (category(letter) not in _CLOSING or letter in _QUOTES)


def _may_end(letter: str) -> bool:
    return bool(letter.strip()) and category(letter) not in _OPENING


def _may_follow(letter: str) -> bool:
    return not letter.strip() or category(letter) in (*_OPENING, *_CLOSING, _DASH)


def _add(runs: list[Run], text: str, on: dict[str, bool]) -> None:
    if text:
        runs.append(Run(text, bold=on[_BOLD], italic=on[_ITALIC]))
