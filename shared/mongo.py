"""MongoDB through motor: the only file that imports it, so that a change of driver is a change of one file."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

from bson import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import (
    BulkWriteError,
    CollectionInvalid,
    ConfigurationError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.errors import ServerSelectionTimeoutError as _ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.settings import SettingsError, without_user

__all__ = [
    "RAW",
    "RESTORING",
    "BulkWriteError",
    "Databases",
    "DeleteOne",
    "DuplicateKeyError",
    "InsertOne",
    "Mongo",
    "NoMoment",
    "PyMongoError",
    "ReplaceOne",
    "ReturnDocument",
    "Session",
    "Unavailable",
    "UpdateOne",
]

T = TypeVar("T")
Session = AsyncIOMotorClientSession

# What means that the server can't be reached, has no primary or no majority now, or takes too long: it will pass, and
# is no fault of a message.
Unavailable = (ConnectionFailure, _ServerSelectionTimeoutError, WTimeoutError, ExecutionTimeout)
# Labels of the server's: another transaction is in the way, and a commit whose result nobody can tell yet.
_AGAIN = "TransientTransactionError"
_COMMIT_AGAIN = "UnknownTransactionCommitResult"
# How long a transaction is tried again, and how long it pauses in between.
RETRY_FOR = timedelta(minutes=2)
_PAUSES = (timedelta(milliseconds=2), timedelta(milliseconds=200))

SELECTION_TIMEOUT_MS = 5_000
# An answer that takes longer is lost with its connection, which may be gone without having said so; longer than what a
# write waits for a majority.
SOCKET_TIMEOUT_MS = 60_000
MAJORITY = WriteConcern(w="majority", wtimeout=30_000)


# Lies in a database while a restore writes it.
RESTORING = "restoring"
# SnapshotTooOld, SnapshotUnavailable: a collection or an index was made just now, or the moment is minutes ago.
NO_SNAPSHOT = (239, 246)
NAMESPACE_EXISTS = 48
# A collection's documents as the bytes that are stored, each read when it is first asked for a field.
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class NoMoment(Exception):
    """MongoDB can't show the moment that was asked for; at another it can."""


class Mongo:
    """One service's database. Every write is acknowledged by a majority."""

    def __init__(self, url: str, database: str) -> None:
        """Connects lazily; nothing is asked of the server yet. Raises SettingsError for a URL that is none."""
        self._client = _client(url, database)
        self.db = self._client.get_database(database, codec_options=CodecOptions(tz_aware=True))

    async def transact(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in one transaction; it may run again where another transaction was in the way.

        `work` must hand its session to every operation, and leave nothing behind outside the database. Raises one of
        Unavailable where trying again for `RETRY_FOR` doesn't help.
        """
        # Not motor's `with_transaction`: it commits where its own retries don't reach, so a conflict that the server
        # finds at the commit, or a primary that steps down in it, ends in an error.
        until = time.monotonic() + RETRY_FOR.total_seconds()
        pause = _PAUSES[0].total_seconds()
        async with await self._client.start_session() as session:
            while True:
                try:
                    return await _attempt(session, work, until)
                except PyMongoError as error:
                    if not error.has_error_label(_AGAIN) and not error.has_error_label(_COMMIT_AGAIN):
                        raise
                    if not error.has_error_label(_AGAIN) or time.monotonic() > until:
                        raise ConnectionFailure(f"the transaction can't be settled now: {error}") from error
                await asyncio.sleep(random.uniform(0, pause))  # noqa: S311 - so that two don't meet again
                pause = min(2 * pause, _PAUSES[1].total_seconds())

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Session]:
        """One moment of the database, that of the first read, for five minutes. Raises NoMoment as `Databases` does."""
        async with _moment(self._client) as session:
            yield session

    async def ensure_collections(self, *names: str) -> None:
        """Make those that are missing: made in a transaction, a collection holds up all others."""
        for name in set(names) - set(await self.db.list_collection_names()):
            try:
                await self.db.create_collection(name)
            except (CollectionInvalid, OperationFailure) as error:
                if isinstance(error, OperationFailure) and error.code != NAMESPACE_EXISTS:
                    raise  # anything but that another process was faster

    async def ping(self) -> None:
        """Raises one of Unavailable where no primary answers."""
        hello = await self.db.command("hello")
        if not hello.get("isWritablePrimary"):
            raise ConnectionFailure("MongoDB answers, but it has no primary that takes writes")
        if "setName" not in hello:
            raise ConnectionFailure("MongoDB runs alone; it must be a replica set (one member is enough)")

    async def is_half_restored(self) -> bool:
        """Whether a restore was begun and not ended."""
        return await self.db[RESTORING].find_one({}) is not None

    def close(self) -> None:
        self._client.close()


async def _attempt(session: Session, work: Callable[[Session], Coroutine[Any, Any, T]], until: float) -> T:
    session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY)
    try:
        result = await work(session)
    except BaseException:
        with suppress(PyMongoError):
            await session.abort_transaction()
        raise
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if error.has_error_label(_COMMIT_AGAIN) and time.monotonic() < until:
                continue
            raise
        return result


@asynccontextmanager
async def _moment(client: AsyncIOMotorClient[dict[str, Any]]) -> AsyncIterator[Session]:
    try:
        async with await client.start_session(snapshot=True) as session:
            yield session
    except OperationFailure as error:
        if error.code in NO_SNAPSHOT:
            raise NoMoment(str(error)) from None
        raise


class Databases:
    """Whole databases, document by document as they are stored: for backup and restore."""

    def __init__(self, url: str) -> None:
        """Connects lazily. Raises SettingsError for a URL that is none."""
        self._client = _client(url, "dondoc-backup")

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Session]:
        """One moment of all databases, that of the first read. Raises NoMoment where it can't be read (any more)."""
        async with _moment(self._client) as session:
            yield session

    async def collections(self, database: str) -> list[str]:
        names = await self._client[database].list_collection_names()
        return sorted(name for name in names if not name.startswith("system."))

    async def documents(
        self, database: str, collection: str, session: Session | None, where: Mapping[str, Any] | None = None
    ) -> AsyncIterator[bytes]:
        """Every document of the moment, or of now where there is no session, as BSON; `where` narrows it."""
        whole = self._client[database].get_collection(collection, codec_options=RAW)
        async for document in whole.find(where or {}, session=session):
            yield document.raw

    async def count(self, database: str, collection: str) -> int:
        return int(await self._client[database][collection].count_documents({}))

    async def insert(self, database: str, collection: str, documents: Sequence[bytes]) -> None:
        """Raises BulkWriteError where a unique index refuses one."""
        raw = [RawBSONDocument(document) for document in documents]
        await self._client[database].get_collection(collection, codec_options=RAW).insert_many(raw, ordered=False)

    async def begin_restore(self, database: str) -> None:
        """Drop the database and mark it as half restored."""
        await self._client.drop_database(database)
        await self._client[database][RESTORING].insert_one({})

    async def end_restore(self, database: str) -> None:
        await self._client[database].drop_collection(RESTORING)

    def close(self) -> None:
        self._client.close()


def _client(url: str, name: str) -> AsyncIOMotorClient[dict[str, Any]]:
    try:
        return AsyncIOMotorClient(
            url,
            serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
            socketTimeoutMS=SOCKET_TIMEOUT_MS,
            appname=name,
            w="majority",
            readConcernLevel="majority",
            tz_aware=True,
        )
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise SettingsError(f"DONDOC_MONGO_URL={without_user(url)!r} is wrong: {error}") from None
