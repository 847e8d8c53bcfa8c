"""Who was first: extras, reuse and make-ups, within a batch, across batches, and across processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.submissions.store import Store
from shared import deadletters
from shared.contracts.outputs import Flag, OutputRecorded, OutputRejected
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topology import SUBMISSIONS_INTAKE
from tests.integration.intake_desk import Desk, open_desk, posted, prepare, receipt
from tests.integration.log import handled, told

URL = "https://dai.example/cchc/7"


@pytest.fixture
async def store(mongo: Mongo) -> Store:
    return await prepare(mongo)


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, store: Store) -> AsyncIterator[Desk]:
    async with open_desk(settings, mongo, nc, store) as desk:
        yield desk


def _flags(answers: list[OutputRecorded | OutputRejected]) -> list[set[Flag]]:
    return [set(answer.flags) for answer in answers if isinstance(answer, OutputRecorded)]


async def _one_by_one(desk: Desk, *bodies: bytes) -> list[OutputRecorded | OutputRejected]:
    return [answer for body in bodies for answer in await desk.post(body)]


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batch by batch"])
class TestInOrder:
    """The same answers, whether the events come in one batch or one by one."""

    async def _post(self, desk: Desk, together: bool, *bodies: bytes) -> list[set[Flag]]:
        return _flags(await (desk.post(*bodies) if together else _one_by_one(desk, *bodies)))

    async def test_a_second_output_in_a_period_is_an_extra(self, desk: Desk, together: bool) -> None:
        """It stays in its period, and the first one stays the first."""
        flags = await self._post(desk, together, posted("1"), posted("2"), posted("3", period="2026-01"))
        assert flags == [set(), {Flag.EXTRA}, {Flag.MAKE_UP, Flag.LATE}]

    async def test_a_make_up_takes_the_named_period(self, desk: Desk, together: bool) -> None:
        """February's output for January leaves February open for the next one."""
        flags = await self._post(desk, together, posted("1", period="2026-01"), posted("2"))
        assert flags == [{Flag.MAKE_UP, Flag.LATE}, set()]
        assert [d["occurrence"]["period"] for d in await desk.documents() if d["submission"]["id"] == "1"] == [
            "2026-01"
        ]

    async def test_the_same_address_for_two_occurrences_is_reuse(self, desk: Desk, together: bool) -> None:
        """In another form of it as well; for one occurrence told twice it is an extra and no reuse."""
        flags = await self._post(
            desk,
            together,
            posted("1", url=URL),
            posted("2", url=URL),
            posted("3", url="HTTPS://DAI.example/cchc/7/#top", duty="radio", duration_minutes=5),
            posted("4", url=URL + "?so=8", period="2026-02"),
        )
        assert flags == [set(), {Flag.EXTRA}, {Flag.REUSE, Flag.LATE}, {Flag.EXTRA}]

    async def test_another_agency_may_not_reuse_an_address_unseen(self, desk: Desk, together: bool) -> None:
        """One page for two bodies' duties is one page."""
        assert await self._post(desk, together, posted("1", url=URL)) == [set()]
        (answer,) = await desk.post(posted("2", url=URL, duty="local"), agency="huyen")
        assert isinstance(answer, OutputRecorded)
        assert answer.flags == (Flag.REUSE,)

    async def test_a_rejected_event_takes_no_place(self, desk: Desk, together: bool) -> None:
        """What was refused neither meets the period nor holds the address."""
        assert await self._post(desk, together, posted("1", url=URL, topics=["?"]), posted("2", url=URL)) == [set()]


async def test_the_same_event_in_two_processes_at_once_is_recorded_once(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, store: Store
) -> None:
    """Posted twenty times and handled by five processes at the same moment: one document, twenty equal answers."""
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(open_desk(settings, mongo, nc, store)) for _ in range(5)]
        batches = [await desk.fetch(*[posted("1")] * 4) for desk in desks]
        await asyncio.gather(*(desk.handle(batch) for desk, batch in zip(desks, batches, strict=True)))
        heard = await desks[0].hear(20)
        assert len({msg.data for msg in heard}) == 1
        assert len(await desks[0].documents()) == len(await told(js)) == 1


async def test_two_processes_at_one_occurrence_have_one_first(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, store: Store
) -> None:
    """Different events for one period, handled at the same moment: all but one of them are extras."""
    async with AsyncExitStack() as stack:
        desks = [await stack.enter_async_context(open_desk(settings, mongo, nc, store)) for _ in range(4)]
        batches = [await desk.fetch(*(posted(f"{n}-{i}", url=URL) for i in range(3))) for n, desk in enumerate(desks)]
        await asyncio.gather(*(desk.handle(batch) for desk, batch in zip(desks, batches, strict=True)))
        answers = [receipt(msg) for msg in await desks[0].hear(12)]
        await handled(js, SUBMISSIONS_INTAKE)
        assert sorted(map(len, _flags(answers))) == [0] + [1] * 11
        assert await deadletters.list_all(js) == []
