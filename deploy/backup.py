"""Back up MongoDB while services run: one moment of all four databases, which is every fact that there is."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from deploy.archive import FORMAT, File, Manifest, NoBackup, new_archive, write_collection, write_manifest
from shared import __version__
from shared.mongo import RESTORING, Databases, NoMoment
from shared.settings import HTTP_PORTS, Settings

# A service that has just started makes collections and indexes, and MongoDB shows no moment before those.
TRIES = 5
PAUSE = timedelta(seconds=1)


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
                documents = databases.documents(database, collection, session)
                files.append(await write_collection(folder, service, collection, documents))
    if not files:
        raise NoBackup(f"there is nothing to back up: no database {settings.database_prefix}_… holds anything")
    return files
