"""Reports of mail servers that a mail server drops into a Maildir folder."""

import asyncio
import mailbox
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from services.notifier.bounces.read_report import READ_BYTES
from shared.logs import logger

LOOK_EVERY = timedelta(seconds=30)

log = logger(__name__)


async def read_forever(folder: Path, take: Callable[[bytes], Awaitable[bytes]]) -> None:
    """Hand each message to `take`, and remove it when that is done; what fails stays for the next look."""
    while True:
        await read_once(folder, take)
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def read_once(folder: Path, take: Callable[[bytes], Awaitable[bytes]]) -> int:
    """What lies there now; how many messages that was."""
    box = await asyncio.to_thread(mailbox.Maildir, folder, None, True)
    taken = 0
    for name in await asyncio.to_thread(box.keys):
        try:
            raw = await asyncio.to_thread(_read, box, name)
        except (KeyError, OSError) as gone:  # another notifier was faster
            log.info("a report is gone", name=name, reason=str(gone))
            continue
        await take(raw)
        await asyncio.to_thread(box.discard, name)
        taken += 1
    return taken


def _read(box: mailbox.Maildir, name: str) -> bytes:
    with box.get_file(name) as file:
        return bytes(file.read(READ_BYTES))
