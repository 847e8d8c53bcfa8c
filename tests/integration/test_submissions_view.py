"""The copy of plans and assignments by which outputs are matched: the same whatever the order, however often told."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.submissions.apply_events import Told, apply_events
from services.submissions.book import Book
from services.submissions.evidence import Evidence
from services.submissions.rebuild import rebuild
from services.submissions.store import Store, StoredDay
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyExcused, DutyExtended, DutyWithdrawn, ExcuseKind
from shared.mongo import Mongo
from tests.integration.intake_desk import assigned, setting
from tests.integration.keeping import keep
from tests.unit.submissions.books import CLIP, PLAN, TV, plan
from tests.unit.submissions.sample_files import sample

PAPER = {"approver": "so-a", "document": "01/CV (mẫu)", "reason": "mẫu"}
TELEVISION = {"plan": PLAN, "duty": "tv", "agency": "dai", "day": date(2026, 2, 1)}
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
async def store(mongo: Mongo) -> Store:
    store = Store(mongo)
    await store.ensure_indexes()
    return store


def _history() -> list[tuple[str, Event]]:
    """Assigned, extended, withdrawn, assigned anew with partners, excused, and a second revision of the plan."""
    end, by = date(2026, 3, 20), date(2026, 3, 27)
    events: list[Event] = [
        *setting(),
        DutyExtended(**TELEVISION, revision=2, period="2026-02", end=end, register_by=by, **PAPER),
        DutyWithdrawn(**TELEVISION, revision=3, periods=("2026-11", "2026-12"), entirely=False),
        assigned(CLIP, "dai", "2026", revision=4).model_copy(update={"jointly_with": ("bao",)}),
        DutyExcused(**TELEVISION, revision=5, period="2026-03", kind=ExcuseKind.EXEMPTION, **PAPER),
        assigned(TV, "dai", "2026-12", revision=6),
        DutyWithdrawn(**(TELEVISION | {"agency": "huyen", "duty": "local"}), revision=7, periods=(), entirely=True),
        plan().model_copy(update={"revision": 8, "title": "Kế hoạch sửa đổi"}),
    ]
    return [(f"e{number}", event) for number, event in enumerate(events)]


async def _tell(store: Store, mongo: Mongo, told: list[tuple[str, Event]]) -> None:
    """A few at once, as they come."""
    for start in range(0, len(told), 3):
        await apply_events([Told(id_, event, NOON) for id_, event in told[start : start + 3]], store, mongo)


def _said(book: Book) -> object:
    """All that a book says, in an order of its own."""
    owed = {agency: sorted(book.of(agency), key=lambda one: (one.duty.id, one.agency)) for agency in book.agencies()}
    return book.plans, owed


async def test_the_copy_says_what_was_told(store: Store, mongo: Mongo) -> None:
    """Dates of extensions hold, withdrawn periods are gone until they are assigned anew, partners may deliver."""
    await _tell(store, mongo, _history())
    book = await store.book()
    by_duty = {one.duty.id: one for one in book.of("dai")}
    assert set(by_duty) == {"radio", "tv", "clip"}
    assert by_duty["tv"].dues["2026-02"].end == date(2026, 3, 20)
    assert set(by_duty["tv"].dues) == {f"2026-{month:02}" for month in (*range(1, 11), 12)}
    assert book.of("bao") == [by_duty["clip"]]
    assert book.of("huyen") == []
    assert book.plans[PLAN].title == "Kế hoạch sửa đổi"


@pytest.mark.parametrize("seed", range(5))
async def test_order_and_repeats_do_not_matter(store: Store, mongo: Mongo, seed: int) -> None:
    """Every event twice, in any order: the same copy, since revisions decide."""
    await _tell(store, mongo, _history())
    expected = _said(await store.book())
    await store.forget_book()
    told = _history() * 2
    random.Random(seed).shuffle(told)
    await _tell(store, mongo, told)
    assert _said(await store.book()) == expected


async def test_batches_that_are_in_each_others_way_leave_nothing_out(store: Store, mongo: Mongo) -> None:
    """Each is written whole, though all but one are run again for a conflict."""
    history = _history()
    await _tell(store, mongo, history)
    expected = _said(await store.book())
    await store.forget_book()
    await asyncio.gather(*(_tell(store, mongo, [told]) for told in history))
    assert _said(await store.book()) == expected


async def test_a_rebuilt_copy_is_the_same_and_days_stay(store: Store, mongo: Mongo) -> None:
    """From the log alone; the moments at which the log first stored the days are kept, as a refilled log has others,
    and so is evidence, of which the log has nothing."""
    files = Evidence(mongo)
    await files.ensure_indexes()
    kept = await keep(files, "dai", sample("pdf"))
    await _tell(store, mongo, [*_history(), ("day", CalendarDay(date=date(2026, 2, 1)))])
    expected, days, version = _said(await store.book()), await store.days(), await store.version()
    await mongo.db["obligations"].delete_many({"duty": "tv"})

    async def log() -> AsyncIterator[tuple[str, Event]]:
        for told in [*_history(), ("day", CalendarDay(date=date(2026, 2, 1)))]:
            yield told

    assert await rebuild(store, mongo, log()) == len(_history()) + 1
    assert _said(await store.book()) == expected
    assert await store.days() == days == [StoredDay(date(2026, 2, 1), NOON)]
    assert (await store.version()).book > version.book
    found = await files.find("dai", kept)
    assert found is not None
    assert [chunk async for chunk in files.read(found)] == [sample("pdf")]


async def test_a_day_keeps_the_moment_at_which_it_was_first_stored(store: Store, mongo: Mongo) -> None:
    """To the microsecond; a repeat of the day, later or earlier in its arrival, moves nothing later."""
    first = NOON + timedelta(microseconds=123_457)
    for at in (first + timedelta(hours=1), first, first + timedelta(microseconds=1)):
        await mongo.transact(lambda session, at=at: store.put_days([StoredDay(date(2026, 2, 1), at)], session))  # type: ignore[misc]
    assert await store.days() == [StoredDay(date(2026, 2, 1), first)]


async def test_every_change_is_seen_by_who_keeps_the_copy_in_memory(store: Store, mongo: Mongo) -> None:
    """Plans and days have versions of their own; what changes nothing of them raises none."""
    versions = [await store.version()]
    for event in (plan(), assigned(TV, "dai", "2026-01"), CalendarDay(date=date(2026, 2, 1)), plan()):
        await _tell(store, mongo, [(event.subject, event)])
        versions.append(await store.version())
    assert [(one.book, one.days) for one in versions] == [(0, 0), (1, 0), (2, 0), (2, 1), (2, 1)]
