"""The row of headings of a table, and which tables are lists of outputs though they have none that is understood.

Such a list is refused, never passed over: an import takes all of a file or nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.submissions.imports.cells import is_address, is_day
from services.submissions.imports.headers import Columns, read_headings
from services.submissions.imports.table import Cell, Field
from shared.seen_text import one_line

# The header stands below a letterhead and a title.
HEADER_WITHIN = 50
# Further down no list has its first day or address, and figures for years take seconds to read.
LIST_WITHIN = 1_000
# Headings of outputs; tables of duties or of offices have the others as well.
_OF_OUTPUTS = frozenset({Field.TITLE, Field.PUBLISHED_ON, Field.URL, Field.DURATION, Field.TOPICS})
# So many rows with a day or an address are a list, whatever stands above them; one may be the day of the letterhead.
_ROWS_OF_A_LIST = 2


@dataclass(frozen=True)
class Header:
    """`columns` of the first row that names what is needed, else of the row nearest to it, and then `is_list` says
    whether the table holds outputs all the same. `above` are the headings of another list that stands above."""

    columns: Columns
    is_list: bool
    above: Columns | None = None


def find_header(rows: Iterator[tuple[int, Sequence[Cell]]]) -> Header:
    """The header, taken from the rows with all above it. Where there is none, as many rows are taken as tell why."""
    nearest = Columns({})
    signs = _Signs()
    for looked_at, (_, cells) in enumerate(rows, start=1):
        columns = read_headings(cells) if looked_at <= HEADER_WITHIN else Columns({})
        if columns.fields and not columns.missing:
            return Header(columns, True, nearest if signs.under_headings else None)
        if len(columns.fields) > len(nearest.fields):
            nearest = columns
        signs.add(cells, columns)
        if looked_at >= (HEADER_WITHIN if signs.of_a_list else LIST_WITHIN):
            break
    return Header(nearest, signs.of_a_list)


class _Signs:
    """What the rows of a table without a header have of a list, as far as they are read."""

    def __init__(self) -> None:
        self._headings = self._heading = False
        self._rows = self._outputs = 0
        self.under_headings = False

    def add(self, cells: Sequence[Cell], columns: Columns) -> None:
        """The next row that isn't empty, and what it says read as headings."""
        filled = [cell for cell in cells if cell is not None and not (isinstance(cell, str) and not one_line(cell))]
        if len(filled) > 1 and any(is_day(cell) or is_address(cell) for cell in filled):
            self._outputs += 1
            self.under_headings = self.under_headings or self._headings
        elif len(filled) > 1 and _OF_OUTPUTS & columns.sure:
            self._heading = True
            self._headings = self._headings or len(columns.fields) > 1
            return
        self._rows += self._headings

    @property
    def of_a_list(self) -> bool:
        """Rows under several headings of outputs, an output under a single one, or outputs under none."""
        return self._rows > 0 or self._outputs >= (1 if self._heading else _ROWS_OF_A_LIST)
