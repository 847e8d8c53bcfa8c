"""Somebody who looks all the while whether a list of outputs is whole, or not there at all."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.submissions.imports.to_events import SOURCE
from tests.faults.journal import Journal
from tests.faults.lists import OutputList
from tests.faults.receipts import key_of

LOOK_EVERY = timedelta(milliseconds=200)
PATIENCE_MS = 2_000  # for a server that hangs


class Onlooker:
    """Reads one moment of the database at a time, past the services."""

    def __init__(self, url: str, database: str, lists: Iterable[OutputList], journal: Journal) -> None:
        self._url, self._database, self._journal = url, database, journal
        self._sizes = {one.name: len(one.posts) for one in lists}
        self._list_of = {post.key: one.name for one in lists for post in one.posts}
        self.looks = 0

    async def look_on(self) -> None:
        """Until cancelled; what is seen of half a list goes to the journal."""
        with MongoClient[dict[str, Any]](
            self._url, serverSelectionTimeoutMS=PATIENCE_MS, socketTimeoutMS=PATIENCE_MS
        ) as client:
            while True:
                with suppress(PyMongoError):
                    seen = await asyncio.to_thread(self._look, client)
                    self.looks += 1
                    for name, rows in seen.items():
                        if rows != self._sizes[name]:
                            self._journal.torn(name, rows, self._sizes[name])
                await asyncio.sleep(LOOK_EVERY.total_seconds())

    def _look(self, client: MongoClient[dict[str, Any]]) -> Counter[str]:
        imported = {"submission.source": {"$gte": SOURCE, "$lt": SOURCE + "~"}}
        with client.start_session(snapshot=True) as moment:
            found = client[self._database]["outputs"].find(imported, {"title": 1}, session=moment)
            return Counter(self._list_of[key_of(document)] for document in found)
