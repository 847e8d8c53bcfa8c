"""Importing files on a real NATS server and a real MongoDB; the log and the days are handed to it by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from services.submissions.import_outputs import ImportFile, Importing
from services.submissions.store import Store
from shared.contracts.imports import ImportOutcome
from shared.mongo import Mongo
from shared.settings import Settings
from tests.integration.intake_desk import Desk, open_desk, prepare
from tests.unit.submissions.imports.files import workbook


@dataclass
class ImportDesk:
    """Files are those of `dai`, which owes radio and television, unless told otherwise."""

    desk: Desk
    store: Store
    importing: Importing

    async def file(self, data: bytes, dry_run: bool = False, agency: str = "dai") -> ImportOutcome:
        return await self.importing.import_outputs(ImportFile(agency, "mau.xlsx", data), dry_run)

    async def rows(self, *rows: Sequence[Any], dry_run: bool = False, **more: Any) -> ImportOutcome:
        """A workbook of these rows."""
        return await self.file(workbook(*rows, **more), dry_run)


@asynccontextmanager
async def open_import_desk(settings: Settings, mongo: Mongo, nc: Client) -> AsyncIterator[ImportDesk]:
    """Today is 2 March 2026."""
    store = await prepare(mongo)
    async with open_desk(settings, mongo, nc, store) as desk:
        yield ImportDesk(desk, store, Importing(desk.intake, store))
