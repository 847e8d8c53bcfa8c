"""The house's front doors: what integrators do over HTTP, again and again until somebody answers."""

import asyncio
import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from services.submissions.credentials import Credentials, make_token
from shared.contracts.http_api import EVENTS, FILE_NAME, IMPORTS, PREFIX, RECEIPTS
from shared.mongo import Mongo
from tests.faults.lists import OutputList
from tests.faults.receipts import Receipt, digest_of, key_in, key_of, read_receipt
from tests.faults.ways import Shipment, Way
from tests.faults.world import World
from tests.harness.http import Answered
from tests.harness.kept_http import Kept

# Each is a process of its own; who isn't answered by one goes to the next.
DOORS = ("submissions-1", "submissions-2")
ANSWER_WITHIN = timedelta(seconds=5)
AGAIN_AFTER = timedelta(milliseconds=300)
# What the contract says to send again; anything else is an answer.
NOT_NOW = frozenset({408, 429, 500, 503})
TAKEN_OR_REFUSED = frozenset({200, 201, 400, 422})
# The page behind a link, and the way to it.
SEEN = frozenset({200, 303})


class Surprise(Exception):
    """An answer that the contract doesn't know for this request."""


class Front:
    """Every agency's web client. `tokens` are by agency."""

    def __init__(self, world: World, tokens: dict[str, str]) -> None:
        self._world = world
        self._tokens = tokens
        self._idle: dict[str, list[Kept]] = defaultdict(list)
        self._turn = 0

    @classmethod
    async def open(cls, world: World, agencies: list[str]) -> "Front":
        """With a token for each of them."""
        tokens = {agency: make_token() for agency in agencies}
        credentials = Credentials(Mongo(world.mongo_url, world.database("submissions")))
        for agency, token in tokens.items():
            await credentials.add(token, agency, datetime.now(UTC))
        return cls(world, tokens)

    async def post(self, shipment: Shipment) -> list[Receipt]:
        """The receipts of its messages, in their order."""
        body, headers = shipment.request()
        answer = await self._ask(shipment.agency, "POST", EVENTS, body, headers)
        if shipment.way is Way.BATCH:
            return [_embedded(result) for result in answer.json["results"]]
        return [_embedded(answer.json) if answer.status >= 400 else read_receipt(answer.body)]

    async def import_(self, wanted: OutputList) -> list[Receipt] | None:
        """What became of its rows, without the receipts' bytes; None where the list is refused."""
        path = f"{IMPORTS}?{urlencode({FILE_NAME: wanted.name})}"
        answer = await self._ask(wanted.agency, "POST", path, wanted.data, {})
        if answer.status >= 400:
            assert answer.json["outcome"]["saved"] is False, answer.json
            return None
        return [Receipt(key_in(row["title"]), row["receipt"]) for row in answer.json["rows"]]

    async def fetch(self, receipt: str, agency: str) -> str | None:
        """The digest of that receipt as the house gives it; None where there is none."""
        answer = await self._ask(agency, "GET", f"{RECEIPTS}/{receipt}", b"", {}, frozenset({200, 404}))
        return digest_of(answer.body) if answer.status == 200 else None

    def close(self) -> None:
        for kept in (one for several in self._idle.values() for one in several):
            kept.close()

    async def act(self, path: str, body: bytes, headers: dict[str, str], key: str, seen: str) -> None:
        """Look at a link's page until it shows `seen`, post the form, and look again, for the receipt of that key."""
        while seen not in (await self._look(path)):
            await asyncio.sleep(AGAIN_AFTER.total_seconds())
        await self._insist("POST", path, body, headers, SEEN)
        receipt = await self._look(path)
        if key not in receipt or "<form" in receipt:
            raise Surprise(f"{path}: no receipt of {key}: {receipt[-2000:]}")

    async def _look(self, path: str) -> str:
        return (await self._insist("GET", path, b"", {}, SEEN)).body.decode()

    async def _ask(
        self,
        agency: str,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        known: frozenset[int] = TAKEN_OR_REFUSED,
    ) -> Answered:
        shown = {"Authorization": f"Bearer {self._tokens[agency]}", **headers}
        return await self._insist(method, PREFIX + path, body, shown, known)

    async def _insist(
        self, method: str, path: str, body: bytes, headers: dict[str, str], known: frozenset[int]
    ) -> Answered:
        while True:
            self._turn += 1
            answer = await self._try(DOORS[self._turn % len(DOORS)], method, path, body, headers)
            if answer is not None and answer.status in known:
                return answer
            if answer is not None and answer.status not in NOT_NOW:
                raise Surprise(f"{method} {path}: {answer.status} {answer.body.decode('utf-8', 'replace')[:300]}")
            told = float(answer.headers.get("retry-after", 0)) if answer is not None else 0.0
            await asyncio.sleep(max(told, AGAIN_AFTER.total_seconds()))

    async def _try(self, door: str, *request: Any) -> Answered | None:
        """None where there is no answer: nobody knows what became of the request then."""
        kept = self._idle[door].pop() if self._idle[door] else None
        try:
            async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
                kept = kept or await Kept.to(self._world.door(door))
                answer = await kept.ask(*request)
        except (OSError, EOFError, TimeoutError):
            if kept is not None:
                kept.close()
            return None
        if answer.headers.get("connection") == "close":
            kept.close()
        else:
            self._idle[door].append(kept)
        return answer


def _embedded(result: dict[str, Any]) -> Receipt:
    """A receipt within an answer that holds more: its bytes are the log's if it is written as small as it goes."""
    receipt = result["receipt"]
    body = json.dumps(receipt, ensure_ascii=False, separators=(",", ":")).encode()
    return Receipt(key_of(receipt["data"]), receipt["id"], digest_of(body))
