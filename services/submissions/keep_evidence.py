"""Keep a file as evidence while it comes in: typed by its content, hashed, bounded, and never whole in memory."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from services.submissions.evidence import Evidence, Full
from services.submissions.file_types import HEAD, file_type
from shared.contracts.evidence import NAMES, FileType, KeptEvidence, Kind
from shared.file_store import CHUNK_BYTES
from shared.mongo import PyMongoError
from shared.settings import Settings


class NotTaken(Exception):
    """The file is of a kind that isn't taken; the text names those that are."""


class TooMuch(Exception):
    """The file, or all files of the agency together, are larger than they may be; the text says by which limit."""


class Limits(NamedTuple):
    """Bytes: of one file by its kind, and of all files of one agency."""

    file: Mapping[Kind, int]
    agency: int

    @property
    def largest(self) -> int:
        """What no file may exceed."""
        return max(self.file.values())


def limits(settings: Settings) -> Limits:
    """Those that the operator set."""
    of_kind = {
        Kind.DOCUMENT: settings.evidence_document_bytes,
        Kind.AUDIO: settings.evidence_audio_bytes,
        Kind.VIDEO: settings.evidence_video_bytes,
    }
    return Limits(of_kind, settings.evidence_agency_bytes)


async def keep_evidence(
    agency: str, name: str, pieces: AsyncIterator[bytes], evidence: Evidence, bounds: Limits, announced: int = 0
) -> tuple[KeptEvidence, bool]:
    """The file as it is kept, and whether it is new. Whatever ends this before then leaves nothing behind.

    `announced` is how many bytes its sender says that it has, 0 where it says nothing.

    Raises NotTaken or TooMuch as soon as either is sure, Retry where it took so long that a sweep removed it.
    """
    head = await _head(pieces)
    kind = file_type(head)
    if kind is None:
        raise NotTaken(_what_it_is(head))
    _refuse_larger(kind, announced, bounds)
    upload = await evidence.begin(datetime.now(UTC))
    try:
        room = bounds.agency - await evidence.spent(agency)
        digest, size = hashlib.sha256(), 0
        number, rest = 0, bytearray()
        async for piece in _after(head, pieces):
            digest.update(piece)
            size += len(piece)
            _refuse_larger(kind, size, bounds)
            if size > room:  # only the same bytes again are taken now, and those are kept already
                rest.clear()
                continue
            rest += piece
            while len(rest) >= CHUNK_BYTES:
                await evidence.add(upload, number, bytes(rest[:CHUNK_BYTES]))
                del rest[:CHUNK_BYTES]
                number += 1
        if rest:
            await evidence.add(upload, number, bytes(rest))
        file = KeptEvidence(evidence=digest.hexdigest(), name=name, type=kind, bytes=size)
        kept, new = await evidence.keep(upload, agency, file, datetime.now(UTC), bounds.agency)
    except BaseException as ended:
        with suppress(PyMongoError):  # a sweep comes for what can't be removed now
            await evidence.discard(upload)
        if isinstance(ended, Full):
            raise TooMuch(_full(agency, bounds)) from None
        raise
    if not new:
        await evidence.discard(upload)
    return kept, new


async def _head(pieces: AsyncIterator[bytes]) -> bytes:
    head = bytearray()
    async for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    return bytes(head)


async def _after(head: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for piece in pieces:
        yield piece


def _what_it_is(head: bytes) -> str:
    what = "the file is empty" if not head else "by its first bytes the file is none that is taken as evidence"
    return f"{what}; send a {NAMES} file, whose content decides and not its name"


def _refuse_larger(kind: FileType, size: int, bounds: Limits) -> None:
    most = bounds.file[kind.kind]
    if size > most:
        raise TooMuch(f"a file of type {kind} may have {most} bytes; make it smaller, or name an address in `url`")


def _full(agency: str, bounds: Limits) -> str:
    return (
        f"with this file {agency} would keep more than {bounds.agency} bytes of evidence; "
        "name an address in `url` instead, or ask the coordinator"
    )
