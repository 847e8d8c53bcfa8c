"""The outputs of the bench as files for DuckDB: columns, as somebody would export them who has no view."""

import csv
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from services.reports.rules import month_of
from shared.contracts.base import Event
from shared.contracts.duties import DutyAssigned, OccurrenceKey
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished

OUTPUTS = "id, agency, duty, occurrence, registered date, published date, channel, default_channel, topics"
OCCURRENCES = "occurrence, month, due date, register_by date"
SENT_BACK = "id, sent_back date"


class Spool:
    """Keeps what events say; `export` writes it as Parquet."""

    def __init__(self, folder: Path, plan: PlanPublished) -> None:
        self.folder = folder
        self._channels = {duty.id: duty.channel for duty in plan.duties}
        self._files = {name: (folder / f"{name}.csv").open("w", newline="") for name in ("outputs", "due", "back")}
        self._rows = {name: csv.writer(file) for name, file in self._files.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for file in self._files.values():
            file.close()

    def tell(self, event: Event) -> None:
        """Keep it, if the counts need it."""
        match event:
            case OutputRecorded():
                self._rows["outputs"].writerow(self._output(event))
            case OutputReviewed(accepted=False):
                self._rows["back"].writerow((event.output, event.day))
            case DutyAssigned():
                for due in event.occurrences:
                    key = OccurrenceKey(plan=event.plan, duty=event.duty, agency=event.agency, period=due.period)
                    self._rows["due"].writerow((key, month_of(due.end), due.end, due.register_by))

    def _output(self, event: OutputRecorded) -> tuple[str | date | None, ...]:
        return (
            event.output,
            event.agency,
            event.duty,
            str(event.occurrence) if event.occurrence else None,
            event.day,
            event.published_on,
            event.channel,
            self._channels[event.duty],
            " ".join(event.topics),
        )

    def export(self) -> None:
        """outputs.parquet, with the day on which one was sent back, and occurrences.parquet."""
        for file in self._files.values():
            file.flush()
        db = duckdb.connect()
        outputs, due, back = (self._read(name) for name in ("outputs", "due", "back"))
        db.execute(
            f"COPY (SELECT o.*, b.sent_back FROM {outputs} o LEFT JOIN {back} b USING (id)) "
            f"TO '{self.folder / 'outputs.parquet'}'"
        )
        db.execute(f"COPY (SELECT * FROM {due}) TO '{self.folder / 'occurrences.parquet'}'")

    def _read(self, name: str) -> str:
        columns = {"outputs": OUTPUTS, "due": OCCURRENCES, "back": SENT_BACK}[name]
        types = {words[0]: (words[1:] or ["varchar"])[0] for words in map(str.split, columns.split(","))}
        return f"read_csv('{self.folder / name}.csv', header = false, columns = {types})"
