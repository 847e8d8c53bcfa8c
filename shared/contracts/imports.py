"""What becomes of a file: its rows one by one, in words for those who made it. Plain data, for JSON."""

from collections import Counter
from enum import StrEnum

from pydantic import computed_field

from shared.contracts.base import Model
from shared.contracts.outputs import Flag


class Became(StrEnum):
    """What a row comes to. In a dry run, or beside a row that is wrong, `recorded` is what it would come to."""

    RECORDED = "recorded"
    ALREADY = "already_recorded"
    REPEATED = "repeated"  # the same output as in a row above
    WRONG = "wrong"


class RowError(Model):
    """One thing that is wrong. `column` is the heading in the file, None where the file has no such column; `text` is
    Vietnamese, a sentence that stands by itself, `code` that of the reason or `bad_cell`."""

    code: str
    field: str
    column: str | None
    text: str
    candidates: tuple[str, ...] = ()


class RowOutcome(Model):
    """One row of the file; `row` and `sheet` are as a spreadsheet shows them, `occurrence` as in a receipt.

    `differs` is there where the row is an output that was recorded with something else, or stands in a row above with
    something else, which is kept: what it is and how to correct it, a Vietnamese sentence that stands by itself.
    """

    row: int
    sheet: str | None
    became: Became
    title: str | None
    receipt: str
    occurrence: str | None = None
    flags: tuple[Flag, ...] = ()
    same_as: int | None = None
    differs: str | None = None
    errors: tuple[RowError, ...] = ()


class ImportOutcome(Model):
    """A file's outcome. `saved`: all rows that weren't yet are recorded now; false in a dry run, and where anything is
    wrong. `problems` are the file's as a whole, `notes` what was passed over; Vietnamese."""

    agency: str
    file: str
    dry_run: bool
    saved: bool = False
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: tuple[RowOutcome, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        found = Counter(row.became for row in self.rows)
        return {became.value: found[became] for became in Became}

    @property
    def is_wrong(self) -> bool:
        """Whether something must be corrected first."""
        return bool(self.problems) or any(row.became is Became.WRONG for row in self.rows)
