"""Outputs on their way to a document: in a file, so that a million of them need no memory, and a renderer in another
thread can read them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO

from shared.contracts.report import OutputLine

LINES_AT_ONCE = 500


class Spooled:
    """The lines of a file, in order, as often as they are asked for; how many is their length."""

    def __init__(self, file: IO[bytes], count: int) -> None:
        self._file = file
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[OutputLine]:
        self._file.seek(0)
        for line in self._file:
            yield OutputLine.model_validate_json(line)


@asynccontextmanager
async def spooled(outputs: AsyncIterator[OutputLine]) -> AsyncIterator[Spooled]:
    """All of them in a file that is gone afterwards."""
    with TemporaryFile() as file:
        count, lines = 0, list[bytes]()
        async for output in outputs:
            lines.append(output.model_dump_json().encode() + b"\n")
            count += 1
            if len(lines) == LINES_AT_ONCE:
                await asyncio.to_thread(file.writelines, lines)
                lines.clear()
        await asyncio.to_thread(file.writelines, lines)
        yield Spooled(file, count)
