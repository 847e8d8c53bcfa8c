"""Back up MongoDB while services run: one moment of all four databases, which is every fact that there is.

The bytes of files (evidence, issued reports) are read after that moment: MongoDB shows it for some minutes only, and
files never change.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import bson

from deploy.archive import (
    FORMAT,
    File,
    Manifest,
    NoBackup,
    new_archive,
    read_collection,
    write_collection,
    write_manifest,
)
from services.reports import issued_store
from services.submissions import evidence
from shared import __version__
from shared.file_store import names_of
from shared.mongo import RESTORING, Databases, NoMoment
from shared.settings import HTTP_PORTS, Settings

# A service that has just started makes collections and indexes, and MongoDB shows no moment before those.
TRIES = 5
PAUSE = timedelta(seconds=1)

# By service: the files that it keeps.
KEPT = {"submissions": names_of(evidence.BUCKET), "reports": names_of(issued_store.BUCKET)}
# Their bytes are written after the moment; what a half upload left is nobody's.
NOT_NOW = {(service, name) for service, names in KEPT.items() for name in (names.chunks, names.uploads)}
# Pictures, sound, video and documents are packed already.
FILES_LEVEL = 1


async def back_up(settings: Settings, folder: Path, now: datetime) -> Manifest:
    """Write the backup; nothing of that name is there before it is whole. Raises NoBackup where it can't be had."""
    databases = Databases(settings.mongo_url)
    try:
        with new_archive(folder) as partial:
            for attempt in range(1, TRIES + 1):
                try:
                    files = await _write(settings, databases, partial)
                    break
                except NoMoment as error:
                    if attempt == TRIES:
                        raise NoBackup(f"MongoDB showed no moment to back up: {error}") from None
                    for path in partial.iterdir():
                        path.unlink()
                    await asyncio.sleep(PAUSE.total_seconds())
            files += [await _write_files(settings, databases, partial, file) for file in files if _tells_files(file)]
            manifest = Manifest(format=FORMAT, product=__version__, moment=now, files=tuple(files))
            write_manifest(partial, manifest)
        return manifest
    finally:
        databases.close()


async def _write(settings: Settings, databases: Databases, folder: Path) -> list[File]:
    files = []
    async with databases.moment() as session:
        for service in HTTP_PORTS:
            database = settings.database(service)
            collections = await databases.collections(database)
            if RESTORING in collections:
                raise NoBackup(f"{database} is half restored; run `dondoc restore` to its end first")
            for collection in collections:
                if (service, collection) in NOT_NOW:
                    continue
                documents = databases.documents(database, collection, session)
                files.append(await write_collection(folder, service, collection, documents))
    if not files:
        raise NoBackup(f"there is nothing to back up: no database {settings.database_prefix}_… holds anything")
    return files


def _tells_files(file: File) -> bool:
    return file.service in KEPT and file.collection == KEPT[file.service].files


async def _write_files(settings: Settings, databases: Databases, folder: Path, files: File) -> File:
    """The chunks of the files that the moment held, and no others."""
    database, of_chunks = settings.database(files.service), KEPT[files.service].chunks

    async def chunks() -> AsyncIterator[bytes]:
        for document in read_collection(folder, files):
            of_this = {"files_id": bson.decode(document)["_id"]}
            async for chunk in databases.documents(database, of_chunks, None, of_this):
                yield chunk

    return await write_collection(folder, files.service, of_chunks, chunks(), FILES_LEVEL)
