"""Days: each once, forward only, none left out; by command and by the clock."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from services.assignments import calendar
from services.assignments.calendar import turn_days
from services.assignments.publish_days import ONLY_ONCE
from shared.contracts.days import CalendarDay
from shared.mongo import Mongo
from shared.outcomes import Rejected
from tests.integration.assignments_desk import DONG_HAI, SMALL, Desk, open_desk
from tests.integration.until import until


@pytest.fixture
async def desk(mongo: Mongo) -> Desk:
    return await open_desk(mongo)


async def _days(desk: Desk) -> list[str]:
    """What is told since the last look, which is days alone."""
    news = await desk.news()
    assert [id_ for id_, _ in news] == [f"day:{event.date}" for _, event in news if isinstance(event, CalendarDay)]
    return [id_.removeprefix("day:") for id_, _ in news]


async def test_the_first_day_begins_the_calendar(desk: Desk) -> None:
    """Alone: there is no day before it to begin from."""
    published = await desk.turn("2026-02-26")
    assert (published.published, published.last) == ([date(2026, 2, 26)], date(2026, 2, 26))
    assert await _days(desk) == ["2026-02-26"]


async def test_a_gap_is_filled(desk: Desk) -> None:
    """Every day after the last one, in order, over the end of a month."""
    await desk.turn("2026-02-26")
    assert len((await desk.turn("2026-03-02")).published) == 4
    assert await _days(desk) == ["2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]


async def test_a_day_published_twice_exists_once(desk: Desk) -> None:
    """The second time nothing is told."""
    await desk.turn("2026-02-26")
    again = await desk.turn("2026-02-26")
    assert (again.published, again.last) == ([], date(2026, 2, 26))
    assert await _days(desk) == ["2026-02-26"]


async def test_days_only_go_forward(desk: Desk) -> None:
    """A day before the last one is refused, and the refusal names that one."""
    await desk.turn("2026-02-26")
    with pytest.raises(Rejected, match="the last one is 2026-02-26, so 2026-02-25 can't come after it"):
        await desk.turn("2026-02-25")
    assert await _days(desk) == ["2026-02-26"]


async def test_a_slip_of_the_year_turns_no_thousand_days(desk: Desk) -> None:
    """Days can't be taken back: more than a year at once is refused, whether a person or a clock asks for it."""
    await desk.turn("2026-03-01")
    with pytest.raises(Rejected, match="366 at most at once"):
        await desk.turn("2062-03-01")
    assert (await desk.turn("2026-03-02")).published == [date(2026, 3, 2)]


async def test_the_same_days_published_at_once_exist_once(desk: Desk, mongo: Mongo) -> None:
    """Whichever replica comes first publishes them; the others find them there."""
    await desk.turn("2026-02-26")
    others = [await open_desk(mongo) for _ in range(4)]
    found = await asyncio.gather(*(other.turn("2026-03-05") for other in others))
    assert sorted(len(one.published) for one in found) == [0, 0, 0, 7]
    assert len(await _days(desk)) == 8


async def test_the_log_is_told_to_hold_each_day_once(desk: Desk) -> None:
    """The header asks the server itself to refuse a second one, whatever the outbox has forgotten."""
    await desk.turn("2026-02-26")
    (row,) = [row async for row in desk.outbox.all_rows()]
    assert row.headers == ONLY_ONCE == {"Nats-Expected-Last-Subject-Sequence": "0"}


class Clock:
    """Says the next of these times at every look, then the last one for ever."""

    def __init__(self, *times: str) -> None:
        self._times = [datetime.fromisoformat(time).replace(tzinfo=UTC) for time in times]
        self.looks = 0

    def __call__(self) -> datetime:
        time = self._times[min(self.looks, len(self._times) - 1)]
        self.looks += 1
        return time


async def _run(desk: Desk, now: Callable[[], datetime], last: str) -> None:
    """The clock's loop, until that day is told."""
    task = asyncio.create_task(turn_days(now, desk.store, desk.mongo, desk.outbox))

    async def turned() -> bool:
        return await desk.store.last_day() == date.fromisoformat(last)

    await until(turned, f"{last} is published")
    task.cancel()


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "LOOK_EVERY", timedelta())


async def test_a_day_turns_at_midnight_in_the_plans_time_zone(desk: Desk) -> None:
    """17:00 in London is midnight in Viet Nam, and nothing is told before it."""
    await desk.publish(SMALL)
    await desk.news()
    await _run(desk, Clock("2026-02-26T16:59:59", "2026-02-26T16:59:59", "2026-02-26T17:00:00"), "2026-02-27")
    assert await _days(desk) == ["2026-02-26", "2026-02-27"]


async def test_at_start_every_day_missed_is_published(desk: Desk) -> None:
    """After a week of downtime no day is left out."""
    await desk.publish(DONG_HAI)
    await desk.turn("2026-02-26")
    await desk.news()
    await _run(desk, Clock("2026-03-05T01:00:00"), "2026-03-05")
    assert len(await _days(desk)) == 7


async def test_two_replicas_turn_a_day_once(desk: Desk, mongo: Mongo) -> None:
    """Both look at the same moment; the log hears of the day once."""
    await desk.publish(SMALL)
    await desk.turn("2026-02-26")
    await desk.news()
    other = await open_desk(mongo)
    clock = Clock("2026-03-01T01:00:00")
    await asyncio.gather(_run(desk, clock, "2026-03-01"), _run(other, clock, "2026-03-01"))
    assert await _days(desk) == ["2026-02-27", "2026-02-28", "2026-03-01"]


async def test_before_a_plan_there_is_no_calendar(desk: Desk) -> None:
    """Whose midnight would it be?"""
    clock = Clock("2026-02-26T01:00:00")
    task = asyncio.create_task(turn_days(clock, desk.store, desk.mongo, desk.outbox))
    await desk.publish(SMALL)

    async def turned() -> bool:
        return await desk.store.last_day() is not None

    await until(turned, "the first day is published, now that there is a plan")
    task.cancel()
    news = await desk.new_ids()
    assert news[-1] == "day:2026-02-26"
    assert news[0] == "plan:mau-2026:1"
