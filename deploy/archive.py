"""What a backup looks like on disk: a folder of gzipped BSON, a file a collection, and a manifest that seals it."""

import gzip
import hashlib
import json
import os
import shutil
import struct
from collections.abc import AsyncIterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
LEVEL = 6
LENGTH = struct.Struct("<i")  # BSON: a document begins with its length


class NoBackup(Exception):
    """The folder holds no backup that can be trusted, or can't take one; the text says why."""


class File(BaseModel):
    """One collection: its file, how many documents it holds, and the file's SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    collection: str
    documents: int
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.service}.{self.collection}.bson.gz"


class Manifest(BaseModel):
    """`moment` is when the backup was begun: what was committed by then is in it. `product` made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    product: str
    moment: datetime
    files: tuple[File, ...]


@contextmanager
def new_archive(folder: Path) -> Iterator[Path]:
    """A folder to write into; it gets its name when the block has ended well, and goes if it hasn't.

    Raises NoBackup where something has that name already.
    """
    if folder.exists():
        raise NoBackup(f"{folder} is there already; name a folder that isn't")
    if not folder.parent.is_dir():
        raise NoBackup(f"there is no folder {folder.parent}; make it first, or name a folder in one that is there")
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    partial.mkdir(mode=0o700)
    try:
        yield partial
        _sync(partial)
        partial.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


async def write_collection(
    folder: Path, service: str, collection: str, documents: AsyncIterable[bytes], level: int = LEVEL
) -> File:
    """Write the documents to their file; what the manifest tells of it."""
    path = folder / File(service=service, collection=collection, documents=0, sha256="").name
    count = 0
    with _to_disk(path) as raw, gzip.GzipFile("", "wb", level, raw, mtime=0) as packed:
        async for document in documents:
            packed.write(document)
            count += 1
    return File(service=service, collection=collection, documents=count, sha256=_sha256(path))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Last of all: a folder without one is no backup."""
    with _to_disk(folder / MANIFEST) as out:
        out.write(manifest.model_dump_json(indent=1).encode())


def read_manifest(folder: Path) -> Manifest:
    """Raises NoBackup where the folder isn't a backup, or one of another format."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        if isinstance(told, dict) and told.get("format") not in {None, FORMAT}:
            raise NoBackup(f"{folder} has format {told['format']}, this is a dondoc that reads format {FORMAT}")
        return Manifest.model_validate(told)
    except OSError as error:
        raise NoBackup(f"{folder} is no backup: {MANIFEST}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise NoBackup(f"{folder} is no backup: {MANIFEST}: {field}: {first['msg'].lower()}") from None
    except ValueError as error:
        raise NoBackup(f"{folder} is no backup: {MANIFEST} isn't JSON: {error}") from None


def check(folder: Path, manifest: Manifest) -> None:
    """Raises NoBackup where a file isn't what was written."""
    for file in manifest.files:
        try:
            if _sha256(folder / file.name) != file.sha256:
                raise NoBackup(f"{folder / file.name} is damaged: its SHA-256 isn't that of the manifest")
            count = sum(1 for _ in read_collection(folder, file))
        except (OSError, EOFError, gzip.BadGzipFile, struct.error) as error:
            raise NoBackup(f"{folder / file.name} can't be read: {error}") from None
        if count != file.documents:
            raise NoBackup(f"{folder / file.name} holds {count} documents, the manifest says {file.documents}")


def read_collection(folder: Path, file: File) -> Iterator[bytes]:
    """Its documents, as BSON."""
    with gzip.open(folder / file.name, "rb") as packed:
        while head := packed.read(LENGTH.size):
            (length,) = LENGTH.unpack(head)
            yield head + packed.read(length - LENGTH.size)


@contextmanager
def _to_disk(path: Path) -> Iterator[BinaryIO]:
    """A new file that is on the disk, and not only on its way there, when the block has ended."""
    with path.open("xb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
