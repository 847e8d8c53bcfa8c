"""Import a file of outputs: every row by the same intake as all other events, and all rows or none.

Rows are judged by one look at the plans, and nothing is written before all are known to be right. They are written in
transactions of as many as an intake's batch; where that ends halfway, the same file imported again records the rest.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import NamedTuple, TypeVar

from services.submissions.imports.judge_rows import judge
from services.submissions.imports.names import Names
from services.submissions.imports.read_table import read_table
from services.submissions.imports.table import Table
from services.submissions.imports.to_events import RowEvent, to_events
from services.submissions.intake import Conflict, Intake
from services.submissions.read_event import Posted, read_envelope
from services.submissions.record_outputs import Fresh, preview_outputs, receipt_id
from services.submissions.store import Store
from shared.contracts.base import Event
from shared.contracts.imports import ImportOutcome
from shared.contracts.registry import decode
from shared.outcomes import Retry

AT_ONCE = 500
AGAIN_AFTER = timedelta(seconds=1)

T = TypeVar("T")


class ImportFile(NamedTuple):
    """A file of outputs of one agency; `name` is only quoted."""

    agency: str
    name: str
    data: bytes


class Importing:
    """Imports files one after the other: how much memory that takes is known whatever comes at once."""

    def __init__(self, intake: Intake, store: Store) -> None:
        self._intake = intake
        self._store = store
        self._one = asyncio.Lock()

    async def import_outputs(self, file: ImportFile, dry_run: bool) -> ImportOutcome:
        """The outcome of each row; in a dry run, or where a row is wrong, nothing is recorded.

        Raises Retry where the copy of the plans lags or others write the same, one of Unavailable where MongoDB is
        away; imported again, the file records what is missing and nothing twice.
        """
        async with self._one:
            outcome = ImportOutcome(agency=file.agency, file=file.name, dry_run=dry_run)
            table = await asyncio.to_thread(read_table, file.name, file.data)
            if table.problems:
                return outcome.model_copy(update={"problems": table.problems, "notes": table.notes})
            names = Names(await self._intake.book(), file.agency)
            events, posted = await asyncio.to_thread(_events, table, file.agency, names)
            examined = await self._intake.examine(posted)
            known = await self._told(list(examined))
            fresh = {name: one for name, one in examined.items() if name not in known}
            told = known | await self._previewed(fresh)
            rows = [(event, receipt_id(one)) for event, one in zip(events, posted, strict=True)]
            judged = await asyncio.to_thread(judge, rows, told, frozenset(known), names.channels)
            outcome = outcome.model_copy(update={"notes": table.notes, "rows": judged})
            if dry_run or outcome.is_wrong:
                return outcome
            await self._record(fresh)
            # Another process may have been first at an occurrence meanwhile: the receipts as they are.
            told = await self._told(list(examined))
            judged = await asyncio.to_thread(judge, rows, told, frozenset(known), names.channels)
            return outcome.model_copy(update={"rows": judged, "saved": True})

    async def _record(self, fresh: Mapping[str, Fresh]) -> None:
        for names in _parts(list(fresh)):
            try:
                await self._intake.keep({name: fresh[name] for name in names})
            except Conflict as conflict:
                raise Retry(AGAIN_AFTER, f"{conflict}; import the same file again, nothing is recorded twice") from None

    async def _told(self, ids: Sequence[str]) -> dict[str, Event]:
        """The receipts that exist, by id."""
        found: dict[str, Event] = {}
        for names in _parts(ids):
            for name, (_, body) in (await self._store.receipts(names)).items():
                found[name] = decode(body, {})[1]
        return found

    async def _previewed(self, fresh: Mapping[str, Fresh]) -> dict[str, Event]:
        """The receipts that would be made, by id."""
        found: dict[str, Event] = {}
        holders: dict[str, str] = {}
        for names in _parts(list(fresh)):
            part = [fresh[name] for name in names]
            receipts = await preview_outputs(part, holders, self._store)
            found |= dict(zip(names, receipts, strict=True))
        return found


def _events(table: Table, agency: str, names: Names) -> tuple[list[RowEvent], list[Posted]]:
    events = list(to_events(table, agency, names))
    return events, [read_envelope(agency, event.body, {}) for event in events]


def _parts(items: Sequence[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while part := list(islice(remaining, AT_ONCE)):
        yield part
