"""What a file of outputs holds, read and not yet judged: rows of fields, and what is wrong, in Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

# A cell as a file holds it.
Raw = str | int | float | bool | datetime | date | time | timedelta | None


class Field(StrEnum):
    """What a column may say; the names of the contract where it has one."""

    TITLE = "title"
    PUBLISHED_ON = "published_on"
    URL = "url"
    CHANNEL = "channel"
    DUTY = "duty"
    DUTY_TITLE = "duty_title"
    PERIOD = "period"
    PLAN = "plan"
    DURATION = "duration_minutes"
    TOPICS = "topics"
    NOTE = "note"
    AGENCY = "agency"


# What a row of the template says before anybody has filled it in.
FILLED_IN_BEFORE = frozenset({Field.DUTY, Field.DUTY_TITLE, Field.PERIOD, Field.PLAN, Field.AGENCY, Field.CHANNEL})


class Unreadable(Exception):
    """The file can't be read as a table; the text says why and what to do, in Vietnamese."""


class Formula:
    """A cell whose content is calculated. It is never evaluated, and the result that the file remembers isn't used
    either: it may be older than what it was calculated from."""


class Broken:
    """A cell that the spreadsheet itself shows as an error: #N/A, #REF!, #VALUE!."""


Cell = Raw | Formula | Broken


@dataclass(frozen=True)
class Place:
    """Where a row stands, as the office sees it. `sheet` is None where the file has but one table."""

    row: int
    sheet: str | None = None

    def __str__(self) -> str:
        return f"Trang “{self.sheet}”, dòng {self.row}" if self.sheet is not None else f"Dòng {self.row}"


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong in a row. `column` is its heading as the office wrote it; None where there is none."""

    field: Field
    column: str | None
    text: str
    code: str = "bad_cell"
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """The fields of a row: text, cleaned; a date for `published_on`, a number for `duration_minutes`.

    `shown` holds what the office wrote, `headings` under which headings; those of columns that are empty here too.
    """

    place: Place
    values: dict[Field, str | date | float]
    shown: dict[Field, str] = field(default_factory=dict)
    headings: Mapping[Field, str] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class Table:
    """All rows with outputs. `problems` are those of the file as a whole, and then there are no rows; `notes` tell what
    was passed over, so that nothing is lost unnoticed."""

    rows: tuple[Row, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
