"""Transactions and the first look at a server, on a real MongoDB."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.servers.ports import free_port
from shared.mongo import DuplicateKeyError, Mongo, Session, Unavailable
from shared.outcomes import Rejected
from shared.settings import Settings


async def test_a_transaction_is_all_or_nothing(mongo: Mongo) -> None:
    """What was written before the refusal is gone; the refusal itself comes through as it is."""

    async def write(session: Session) -> None:
        await mongo.db["a"].insert_one({"_id": 1}, session=session)
        await mongo.db["b"].insert_one({"_id": 1}, session=session)
        raise Rejected("no")

    with pytest.raises(Rejected):
        await mongo.transact(write)
    assert await mongo.db["a"].count_documents({}) == await mongo.db["b"].count_documents({}) == 0


async def test_a_transactions_value_is_returned(mongo: Mongo) -> None:
    """What the use case found out comes back to its caller."""

    async def write(session: Session) -> int:
        await mongo.db["a"].insert_one({"_id": 1}, session=session)
        return 42

    assert await mongo.transact(write) == 42


async def test_transactions_in_each_others_way_all_come_through(mongo: Mongo) -> None:
    """Each reads and writes the same document; none is lost, since who comes too late is run again."""
    await mongo.db["a"].insert_one({"_id": 1, "n": 0})

    async def raise_it(session: Session) -> None:
        found = await mongo.db["a"].find_one({"_id": 1}, session=session)
        await mongo.db["a"].update_one({"_id": 1}, {"$set": {"n": found["n"] + 1}}, session=session)

    await asyncio.gather(*(mongo.transact(raise_it) for _ in range(10)))
    found = await mongo.db["a"].find_one({"_id": 1})
    assert found is not None
    assert found["n"] == 10


async def test_a_transaction_that_nobody_ends_holds_up_nobody_for_long(mongo: Mongo, settings: Settings) -> None:
    """Its process was killed or cut off: the server ends it, well before a sender's patience is over."""
    with MongoClient[dict[str, Any]](settings.mongo_url) as killed, killed.start_session() as session:
        limit = killed.admin.command("getParameter", 1, transactionLifetimeLimitSeconds=1)
        assert limit["transactionLifetimeLimitSeconds"] == 15
        session.start_transaction()
        killed[mongo.db.name]["a"].insert_one({"_id": 1, "by": "nobody"}, session=session)

        async def write(own: Session) -> None:
            await mongo.db["a"].insert_one({"_id": 1, "by": "us"}, session=own)

        await mongo.transact(write)
        assert await mongo.db["a"].find_one({"_id": 1}) == {"_id": 1, "by": "us"}


async def test_a_transaction_that_stays_in_the_way_is_no_fault_of_who_waits(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the driver gives up trying again is unavailable, so that no message is buried for it."""
    monkeypatch.setattr("shared.mongo.RETRY_FOR", timedelta())
    await mongo.db["a"].insert_one({"_id": 1})
    written, may_end = asyncio.Event(), asyncio.Event()

    async def hold(session: Session) -> None:
        await mongo.db["a"].update_one({"_id": 1}, {"$set": {"by": "holder"}}, session=session)
        written.set()
        await may_end.wait()

    async def write(session: Session) -> None:
        await mongo.db["a"].update_one({"_id": 1}, {"$set": {"by": "other"}}, session=session)

    holder = asyncio.create_task(mongo.transact(hold))
    await written.wait()
    with pytest.raises(Unavailable):
        await mongo.transact(write)
    may_end.set()
    await holder


async def test_a_conflict_that_is_found_at_the_commit_is_tried_again(mongo: Mongo) -> None:
    """Five transactions make the same collection at once; the server tells all but one so only at their commit."""
    together = asyncio.Barrier(5)
    first = set(range(5))

    async def make(number: int, session: Session) -> None:
        await mongo.db["made"].insert_one({"by": number}, session=session)
        if number in first:
            first.remove(number)
            await together.wait()

    await asyncio.gather(*(mongo.transact(lambda session, n=n: make(n, session)) for n in range(5)))
    assert sorted([d["by"] async for d in mongo.db["made"].find({})]) == list(range(5))


async def test_missing_collections_are_made_by_whoever_is_first(mongo: Mongo) -> None:
    """Two processes that start together don't stumble over each other."""
    await asyncio.gather(*(mongo.ensure_collections("a", "b") for _ in range(5)))
    assert set(await mongo.db.list_collection_names()) == {"a", "b"}


async def test_a_duplicate_key_is_told_as_such(mongo: Mongo) -> None:
    """Unique indexes are what makes repeats harmless, so their error has a name of its own."""
    await mongo.db["a"].insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError):
        await mongo.transact(lambda session: mongo.db["a"].insert_one({"_id": 1}, session=session))


async def test_a_replica_set_with_a_primary_passes_the_look(mongo: Mongo) -> None:
    """Nothing is said where nothing is wrong."""
    assert await mongo.ping() is None  # type: ignore[func-returns-value]


async def test_a_server_that_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one kind of error that is waited for and never buries a message."""
    monkeypatch.setattr("shared.mongo.SELECTION_TIMEOUT_MS", 1)
    away = Mongo(f"mongodb://127.0.0.1:{free_port(0)}/?replicaSet=rs0", "tested")
    with pytest.raises(Unavailable):
        await away.ping()
    away.close()
