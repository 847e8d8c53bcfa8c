"""The view in MongoDB: any order, any number of deliveries, one and the same view."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.reports.answer_report import ReportQuestion, Reports, answer_report
from services.reports.apply_events import apply_events
from services.reports.build_report import report_json
from services.reports.issued_store import IssuedStore
from services.reports.read_report import read_report, reading
from services.reports.rebuild import rebuild
from services.reports.renderings.formats import RENDER
from services.reports.store import Store, View
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyExcused
from shared.contracts.officers import OPERATOR
from shared.contracts.outputs import OutputReviewed
from shared.mongo import Mongo, Session
from shared.outbox import Outbox
from shared.outcomes import Rejected, Retry
from tests.unit.reports.events import Told, report_of, year_of_events
from tests.unit.reports.sample import AS_OF, PLAN, PLAN_ID, output, review

QUESTION = ReportQuestion(plan=PLAN_ID)


@pytest.fixture
async def store(mongo: Mongo) -> Store:
    """The service's store in a database of this test."""
    store = Store(mongo)
    await store.ensure_indexes()
    return store


@pytest.fixture
def outbox(mongo: Mongo) -> Outbox:
    """An outbox whose rows nobody publishes."""
    return Outbox(mongo, "/dondoc/reports")


async def _at_once() -> None:
    """There is no log to wait for."""


@pytest.fixture
async def reports(store: Store, mongo: Mongo, outbox: Outbox) -> Reports:
    """What reports are made of, and where they are kept."""
    kept = IssuedStore(mongo)
    await kept.ensure_indexes()
    return Reports(store, kept, mongo, outbox, _at_once, RENDER)


async def take_in(told: Sequence[Told], store: Store, mongo: Mongo, batch: int = 500) -> None:
    """Apply the events in batches of that many."""
    for start in range(0, len(told), batch):
        await apply_events(told[start : start + batch], store, mongo)


async def test_the_view_gives_the_report_of_its_events(store: Store, mongo: Mongo, reports: Reports) -> None:
    """What is read back from MongoDB is what went in: the bytes are those of the pure functions."""
    await take_in(year_of_events(), store, mongo)
    document = await answer_report(QUESTION, reports, OPERATOR)
    assert document.data == report_json(report_of(year_of_events()))
    assert document.name == "mau-2023-2023-11-29.json"


@pytest.mark.parametrize("batch", [7, 100, 2_000])
async def test_order_and_repeats_do_not_matter(store: Store, mongo: Mongo, reports: Reports, batch: int) -> None:
    """Every event twice, in any order and batches of any size, reviews before their outputs: the same bytes."""
    told = year_of_events() * 2
    random.Random(batch).shuffle(told)
    told.sort(key=lambda one: not isinstance(one[1], OutputReviewed))
    await take_in(told, store, mongo, batch)
    document = await answer_report(QUESTION, reports, OPERATOR)
    assert document.data == report_json(report_of(year_of_events()))


async def test_each_day_is_answered_as_it_was(store: Store, mongo: Mongo) -> None:
    """Months are kept in sum and days by themselves: across the end of a month, with an output that was sent back,
    accepted and sent back, each day has the report that the pure functions make of it."""
    told = year_of_events()
    made = output("đi về", "III.2", "snv", date(2023, 3, 30), topics=("II.1",))
    told += [("recorded/đi về", made)]
    for number, day in enumerate((date(2023, 3, 31), date(2023, 4, 1), date(2023, 5, 2)), 1):
        told.append((f"reviewed/{number}", review(made, number, day, accepted=number == 2)))
    await take_in(told, store, mongo, 7)
    for day in (made.day, *(made.day + timedelta(n) for n in (1, 2, 3, 31, 33)), date(2023, 6, 30)):
        assert await read_report(PLAN_ID, day, store, mongo) == report_of(told, day)


async def test_what_is_remembered_is_told_of_nothing_else(store: Store, mongo: Mongo) -> None:
    """Asked of by turns as of two days, while more is told: each report is that of the pure functions."""
    told = year_of_events()
    made = output("o", "III.5", "stttt", date(2023, 5, 31), period="2023-05", topics=("II.1",))
    excused = next(event for _, event in told if isinstance(event, DutyExcused))
    later = excused.model_copy(update={"revision": excused.revision + 1, "document": "Số khác (mẫu)"})
    more = [("o", made), ("r", review(made, 1, date(2023, 7, 3), accepted=False)), ("x", later)]
    await take_in(told, store, mongo)
    for one in more:
        for day in (AS_OF, date(2023, 6, 30), AS_OF):
            assert await read_report(PLAN_ID, day, store, mongo) == report_of(told, day)
        await take_in([one], store, mongo)
        told.append(one)
    assert await read_report(PLAN_ID, AS_OF, store, mongo) == report_of(told)


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_sent_back_leaves_what_came_after_it(store: Store, mongo: Mongo, seed: int) -> None:
    """Many outputs for few occurrences, in time and late, sent back and accepted again in any order: on each day the
    states and the first registrations are those of the pure functions."""
    chance, told = random.Random(seed), year_of_events()
    for number in range(60):
        month = chance.randrange(3, 5)
        day = date(2023, month, 20) + timedelta(chance.randrange(40))
        made = output(f"n{number}", "III.5", "stttt", day, period=f"2023-0{month}")
        made = made.model_copy(update={"published_on": day - timedelta(chance.randrange(12))})
        told.append((f"recorded/{number}", made))
        for turn in range(chance.randrange(3)):
            day += timedelta(chance.randrange(20))
            told.append((f"reviewed/{number}/{turn}", review(made, turn + 1, day, accepted=turn == 1)))
    chance.shuffle(told)
    await take_in(told, store, mongo, 7)
    for day in (date(2023, 4, 1) + timedelta(9 * n) for n in range(13)):
        assert await read_report(PLAN_ID, day, store, mongo) == report_of(told, day)


async def test_an_outputs_list_is_of_the_reports_moment(store: Store, mongo: Mongo) -> None:
    """What is recorded while a document is made is neither counted in it nor listed."""
    await take_in(year_of_events(), store, mongo)
    async with reading(PLAN_ID, None, store, mongo) as found:
        await take_in([("o", output("o", "III.2", "snv", AS_OF))], store, mongo)
        listed = [line async for line in found.outputs()]
    assert len(listed) == found.report.outputs.recorded
    assert sum(line.needs_fix for line in listed) == found.report.outputs.sent_back == 1
    assert [(line.registered_on, line.id) for line in listed] == sorted((o.registered_on, o.id) for o in listed)


async def test_days_only_go_forward(store: Store, mongo: Mongo) -> None:
    """An old day that is delivered again doesn't set the calendar back."""
    await apply_events([("b", CalendarDay(date=AS_OF))], store, mongo)
    await apply_events([("a", CalendarDay(date=AS_OF.replace(day=1)))], store, mongo)
    assert await mongo.transact(store.last_day) == AS_OF


class Interrupted(Store):
    """A store to whose database something else happens when a report has half of what it needs."""

    def __init__(self, mongo: Mongo, meanwhile: Callable[[], Awaitable[None]]) -> None:
        super().__init__(mongo)
        self._meanwhile = meanwhile

    async def view(self, plan: str, as_of: date, session: Session) -> View:
        """What the store of that session sees, after the interruption."""
        await self._meanwhile()
        return await super().view(plan, as_of, session)


async def test_what_comes_while_a_report_is_read_is_not_in_it(store: Store, mongo: Mongo, reports: Reports) -> None:
    """A new revision and another output, both after the plan was read, change nothing: a report is of one moment."""
    told = year_of_events()
    await take_in(told, store, mongo)

    async def more() -> None:
        later = PLAN.model_copy(update={"revision": 2, "title": "Kế hoạch khác (mẫu)"})
        await take_in([("p2", later), ("o", output("o", "III.2", "snv", AS_OF))], store, mongo)

    document = await answer_report(QUESTION, replace(reports, store=Interrupted(mongo, more)), OPERATOR)
    assert document.data == report_json(report_of(told))
    assert (await answer_report(QUESTION, reports, OPERATOR)).data != document.data


async def test_a_rebuild_that_begins_while_a_report_is_read_empties_nothing_in_it(
    store: Store, mongo: Mongo, reports: Reports
) -> None:
    """The report is that of the view before; the next question is refused."""
    told = year_of_events()
    await take_in(told, store, mongo)
    document = await answer_report(QUESTION, replace(reports, store=Interrupted(mongo, store.begin_rebuild)), OPERATOR)
    assert document.data == report_json(report_of(told))
    with pytest.raises(Retry, match="being rebuilt"):
        await answer_report(QUESTION, reports, OPERATOR)


async def test_the_same_bytes_are_told_of_once(store: Store, mongo: Mongo, outbox: Outbox, reports: Reports) -> None:
    """Asked twice, `report.issued` is one row; another format is another document."""
    await take_in(year_of_events(), store, mongo)
    first = await answer_report(QUESTION, reports, OPERATOR)
    assert await answer_report(QUESTION, reports, OPERATOR) == first
    assert await outbox.count_unpublished() == 1
    await answer_report(QUESTION.model_copy(update={"format": "html"}), reports, OPERATOR)
    rows = [row async for row in outbox.all_rows()]
    assert [row.subject for row in rows] == ["dondoc.report.issued.mau-2023"] * 2
    assert first.sha256 in rows[0].id


async def test_an_unknown_format_is_refused_with_those_that_there_are(
    store: Store, mongo: Mongo, reports: Reports
) -> None:
    """Nothing is read for it."""
    with pytest.raises(Rejected, match="no format 'odt'; choose one of json, html, docx, pdf, xlsx"):
        await answer_report(ReportQuestion(plan=PLAN_ID, format="odt"), reports, OPERATOR)


async def test_a_rebuilt_view_is_the_same(store: Store, mongo: Mongo, reports: Reports) -> None:
    """Whatever was in the view before, it is that of the log afterwards."""
    await take_in(year_of_events()[:7], store, mongo)

    async def log() -> AsyncIterator[Told]:
        for one in year_of_events():
            yield one

    count = await rebuild(store, mongo, log())
    assert count == len(year_of_events())
    assert (await answer_report(QUESTION, reports, OPERATOR)).data == report_json(report_of(year_of_events()))


async def test_a_broken_rebuild_keeps_refusing_answers(store: Store, mongo: Mongo, reports: Reports) -> None:
    """Half a view is no report: the service says so until a rebuild ends well."""
    await take_in(year_of_events(), store, mongo)

    async def breaking() -> AsyncIterator[Told]:
        yield year_of_events()[0]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await rebuild(store, mongo, breaking())
    with pytest.raises(Retry, match="being rebuilt"):
        await answer_report(QUESTION, reports, OPERATOR)
