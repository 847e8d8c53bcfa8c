"""MongoDB through motor: the only file that imports it, so that a change of driver is a change of one file."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bson import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import (
    BulkWriteError,
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
    "BulkWriteError",
    "DeleteOne",
    "DuplicateKeyError",
    "InsertOne",
    "Mongo",
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
# What the driver gave up trying again, after two minutes: another transaction is in the way, or a commit whose result
# nobody could tell.
_WILL_PASS = ("TransientTransactionError", "UnknownTransactionCommitResult")

SELECTION_TIMEOUT_MS = 5_000
MAJORITY = WriteConcern(w="majority", wtimeout=30_000)


class Mongo:
    """One service's database. Every write is acknowledged by a majority."""

    def __init__(self, url: str, database: str) -> None:
        """Connects lazily; nothing is asked of the server yet. Raises SettingsError for a URL that is none."""
        try:
            self._client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
                url,
                serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
                appname=database,
                w="majority",
                readConcernLevel="majority",
                tz_aware=True,
            )
        except (InvalidURI, ConfigurationError, ValueError) as error:
            raise SettingsError(f"DONDOC_MONGO_URL={without_user(url)!r} is wrong: {error}") from None
        self.db = self._client.get_database(database, codec_options=CodecOptions(tz_aware=True))

    async def transact(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run `work` in one transaction; it may run again where another transaction was in the way.

        `work` must hand its session to every operation, and leave nothing behind outside the database. Raises one of
        Unavailable where that doesn't help for two minutes.
        """
        async with await self._client.start_session() as session:
            try:
                return await session.with_transaction(
                    work, read_concern=ReadConcern("snapshot"), write_concern=MAJORITY
                )
            except OperationFailure as error:
                if any(error.has_error_label(label) for label in _WILL_PASS):
                    raise ConnectionFailure(f"the transaction can't be settled now: {error}") from error
                raise

    async def ping(self) -> None:
        """Raises one of Unavailable where no primary answers."""
        hello = await self.db.command("hello")
        if not hello.get("isWritablePrimary"):
            raise ConnectionFailure("MongoDB answers, but it has no primary that takes writes")
        if "setName" not in hello:
            raise ConnectionFailure("MongoDB runs alone; it must be a replica set (one member is enough)")

    def close(self) -> None:
        self._client.close()
