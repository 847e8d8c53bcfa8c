"""`narrative.written`: what a person writes in the report, where no figure can tell it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from shared.contracts.base import Event, Model
from shared.contracts.outputs import LINES_PATTERN, Lines

LONGEST_NARRATIVE = 20_000


class Part(StrEnum):
    """The parts of the report that wait for a person's words, in the report's order."""

    DIRECTING = "directing"
    QUALITY = "quality"
    SHORTCOMINGS = "shortcomings"
    CAUSES = "causes"
    OUTLOOK = "outlook"
    PROPOSALS = "proposals"


# As the report prints them: I, III.1 to III.3, IV and V of its outline.
NARRATIVE: dict[Part, str] = {
    Part.DIRECTING: "Chỉ đạo, triển khai",
    Part.QUALITY: "Ưu điểm",
    Part.SHORTCOMINGS: "Hạn chế",
    Part.CAUSES: "Nguyên nhân",
    Part.OUTLOOK: "Phương hướng năm sau",
    Part.PROPOSALS: "Kiến nghị",
}

NarrativeText = Annotated[str, StringConstraints(max_length=LONGEST_NARRATIVE), Lines, LINES_PATTERN]


class NarrativeWritten(Event):
    """An officer wrote a part of the plan's report, or took it away: then `text` is empty.

    `revision` counts what was written for this part of this plan; the highest one holds. `text` is a subset of
    Markdown: paragraphs, lists with `- `, `**bold**` and `*italic*`; anything else is plain text. `author` is the
    officer, by e-mail address.
    """

    TYPE: ClassVar[str] = "vn.dondoc.narrative.written.v1"
    SUBJECT: ClassVar[str] = "dondoc.narrative.written.{plan}"

    plan: str
    part: Part
    revision: Annotated[int, Field(ge=1)]
    day: date
    text: NarrativeText
    author: str


class NarrativePart(Model):
    """A part as it stands. `revision` is 0 where nothing was ever written; what was taken away has an empty `text`."""

    part: Part
    title: str
    revision: int = 0
    text: str = ""
    author: str | None = None
    day: date | None = None


class NarrativeParts(Model):
    """What a person wrote in a plan's report, in the report's order."""

    plan: str
    parts: tuple[NarrativePart, ...]
