"""What an officer wrote, as paragraphs in bold and italic: a small part of Markdown. Pure.

Paragraphs lie between empty lines, or begin with a number, as officials write them: `I.`, `1.`, `2.1`, `a)`, `+`. Items
begin with `- ` or `* `, and `**bold**` and `*italic*` are faces. All else is text.
"""

import re
from dataclasses import dataclass

from services.reports.renderings.paper import Run

ITEM = "- "
_ITEMS = (ITEM, "* ")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|[IVX]{1,5}\.|[a-zđ]\)|\+)\s")
_MARK = re.compile(r"\*\*|\*")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or an `item` of a list; runs without text don't occur."""

    runs: tuple[Run, ...]
    item: bool = False

    @property
    def text(self) -> str:
        """Without faces; an item begins with its dash."""
        return (ITEM if self.item else "") + "".join(run.text for run in self.runs)


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
    """The text cut where its face changes. A mark that nothing closes is text."""
    marks = list(_MARK.finditer(text))
    # A mark closes after a letter; one that opens needs a later one that closes.
    last = {mark[0]: mark.start() for mark in marks if mark.start() and not text[mark.start() - 1].isspace()}
    runs: list[Run] = []
    on = {"**": False, "*": False}
    begin = 0
    for mark in marks:
        kind, start, end = mark[0], mark.start(), mark.end()
        closes = on[kind] and not text[start - 1].isspace()
        opens = not on[kind] and end < len(text) and not text[end].isspace() and last.get(kind, 0) > end
        if not closes and not opens:
            continue
        _add(runs, text[begin:start], on)
        on[kind] = opens
        begin = end
    _add(runs, text[begin:], on)
    return tuple(runs)


def _add(runs: list[Run], text: str, on: dict[str, bool]) -> None:
    if text:
        runs.append(Run(text, bold=on["**"], italic=on["*"]))
