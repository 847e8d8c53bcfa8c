"""What half uploads left goes after a while: the process that wrote them may be gone."""

import asyncio
from datetime import UTC, datetime, timedelta

from shared.file_store import FileStore
from shared.logs import logger

LONGEST_UPLOAD = timedelta(hours=1)
# An upload that is still running must never be swept, though two machines' clocks differ.
LEFT_AFTER = LONGEST_UPLOAD + timedelta(minutes=30)
SWEEP_EVERY = timedelta(minutes=10)

log = logger(__name__)


async def sweep_forever(files: FileStore) -> None:
    """Look again and again; several processes may."""
    while True:
        removed = await files.sweep(datetime.now(UTC) - LEFT_AFTER)
        if removed:
            log.info("half uploads removed", uploads=removed)
        await asyncio.sleep(SWEEP_EVERY.total_seconds())
