"""Publishing a plan: what is new becomes events, once; what is the same stays unsaid."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from services.assignments.publish_plan import Published
from shared.contracts.duties import DutyAssigned, DutyWithdrawn
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo
from shared.outcomes import Rejected
from tests.integration.assignments_desk import DONG_HAI, PLANS, SMALL, Desk, open_desk

WRONG = sorted(path.name for path in (PLANS / "wrong").iterdir())


@pytest.fixture
async def desk(mongo: Mongo) -> Desk:
    return await open_desk(mongo)


def _changed(source: str, old: str, new: str) -> str:
    assert source.count(old) == 1
    return source.replace(old, new)


QUARTERLY = _changed(SMALL, "frequency: monthly", "frequency: quarterly")
RETITLED = _changed(SMALL, "title: Chuyên mục phát thanh", "title: Chuyên mục")
LONGER = SMALL + "register_within: 7\n"


async def test_the_first_publication_tells_the_plan_and_every_assignment(desk: Desk) -> None:
    """`plan.published` first, then one `duty.assigned` per duty and agency with all its occurrences."""
    published = await desk.publish(SMALL)
    assert published == Published(plan="mau-2026", revision=1, changed=True, assigned=1, withdrawn=0, occurrences=12)
    (plan_id, plan), (assigned_id, assigned) = await desk.news()
    assert isinstance(plan, PlanPublished)
    assert isinstance(assigned, DutyAssigned)
    assert (plan_id, assigned_id) == ("plan:mau-2026:1", "assigned:mau-2026:1:I.1:so-a")
    assert (plan.revision, plan.title) == (assigned.revision, "Kế hoạch mẫu") == (1, plan.title)
    assert [due.period for due in assigned.occurrences] == [f"2026-{month:02}" for month in range(1, 13)]
    assert assigned.occurrences[1].end == date(2026, 2, 28)


async def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    """No event, no revision; the answer says so."""
    await desk.publish(SMALL)
    await desk.news()
    again = await desk.publish(SMALL)
    assert (again.changed, again.revision, again.assigned, again.withdrawn, again.occurrences) == (False, 1, 0, 0, 12)
    assert await desk.news() == []


async def test_a_file_that_says_the_same_in_other_words_changes_nothing(desk: Desk) -> None:
    """Comments and layout are no part of a plan."""
    await desk.publish(SMALL)
    await desk.news()
    assert not (await desk.publish("# seen again\n\n" + SMALL + "\n# end\n")).changed
    assert await desk.news() == []


async def test_a_changed_file_tells_just_the_difference(desk: Desk) -> None:
    """Months become quarters: the months are withdrawn, the quarters assigned, under the next revision."""
    await desk.publish(SMALL)
    await desk.news()
    published = await desk.publish(QUARTERLY)
    assert (published.revision, published.assigned, published.withdrawn, published.occurrences) == (2, 1, 1, 4)
    _, (_, assigned), (_, withdrawn) = await desk.news()
    assert isinstance(assigned, DutyAssigned)
    assert isinstance(withdrawn, DutyWithdrawn)
    assert [due.period for due in assigned.occurrences] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert (len(withdrawn.periods), withdrawn.entirely) == (12, False)
    assert assigned.revision == withdrawn.revision == 2


async def test_changed_dates_alone_are_assigned_anew_and_nothing_is_withdrawn(desk: Desk) -> None:
    """The occurrences stay what they are, with the dates that hold now."""
    await desk.publish(SMALL)
    await desk.news()
    published = await desk.publish(LONGER)
    assert (published.assigned, published.withdrawn) == (1, 0)
    _, (_, assigned) = await desk.news()
    assert isinstance(assigned, DutyAssigned)
    assert len(assigned.occurrences) == 12


async def test_a_new_title_is_told_by_the_plan_alone(desk: Desk) -> None:
    """Nobody owes anything else than before."""
    await desk.publish(SMALL)
    await desk.news()
    assert (await desk.publish(RETITLED)).changed
    assert await desk.new_ids() == ["plan:mau-2026:2"]


async def test_a_change_that_is_taken_back_is_a_change(desk: Desk) -> None:
    """The third revision says what the first did, and the log tells how it came to that."""
    for source in (SMALL, QUARTERLY, SMALL):
        published = await desk.publish(source)
    assert (published.revision, published.changed, published.occurrences) == (3, True, 12)


async def test_a_plan_is_told_as_of_the_last_day_that_was_turned(desk: Desk) -> None:
    """Before the first day it is in force from the day that the file says."""
    await desk.publish(SMALL)
    await desk.turn("2026-03-05")
    await desk.publish(QUARTERLY)
    days = [event.day for _, event in await desk.news() if isinstance(event, PlanPublished)]
    assert days == [date(2026, 1, 1), date(2026, 3, 5)]


async def test_a_plan_published_before_it_takes_effect_stands_from_that_day(desk: Desk) -> None:
    """In December the reports already know next year's plan, and a correction of it comes later than the plan."""
    await desk.publish(SMALL, datetime(2025, 12, 10, 3, tzinfo=UTC))
    ((_, first), *_) = await desk.news()
    assert isinstance(first, PlanPublished)
    assert first.day == date(2025, 12, 10)


async def test_two_plans_stand_side_by_side(desk: Desk) -> None:
    """Each has its own revisions and its own assignments."""
    await desk.publish(SMALL)
    await desk.publish(DONG_HAI)
    assert await desk.store.plans() == ["dong-hai-2026", "mau-2026"]
    assert (await desk.publish(QUARTERLY)).revision == 2
    assert not (await desk.publish(DONG_HAI)).changed


@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_file_is_refused_and_nothing_of_it_is_kept(desk: Desk, name: str) -> None:
    """The problems come back as the refusal; no document and no event is left behind."""
    with pytest.raises(Rejected) as caught:
        await desk.publish((PLANS / "wrong" / name).read_text(encoding="utf-8"))
    assert caught.value.reason
    assert await desk.store.plans() == []
    assert await desk.news() == []


async def test_a_wrong_file_leaves_the_plan_in_force_alone(desk: Desk) -> None:
    """What was published stays as it was."""
    await desk.publish(SMALL)
    await desk.news()
    with pytest.raises(Rejected, match="frequency"):
        await desk.publish(_changed(SMALL, "frequency: monthly", "frequency: daily"))
    assert (await desk.publish(SMALL)).revision == 1
    assert await desk.news() == []


async def test_bytes_that_are_no_text_are_refused(desk: Desk) -> None:
    """A file in another encoding is a problem to name, not a crash."""
    with pytest.raises(Rejected, match="UTF-8"):
        await desk.publish_bytes(SMALL.encode("utf-16"))
    assert await desk.store.plans() == []


async def test_the_same_file_published_twice_at_once_is_published_once(desk: Desk, mongo: Mongo) -> None:
    """One of the two finds that it was told already."""
    other = await open_desk(mongo)
    both = await asyncio.gather(desk.publish(DONG_HAI), other.publish(DONG_HAI))
    assert sorted((one.changed, one.revision) for one in both) == [(False, 1), (True, 1)]
    ids = await desk.new_ids()
    assert len(ids) == len(set(ids))


async def test_two_files_published_at_once_come_one_after_the_other(desk: Desk, mongo: Mongo) -> None:
    """Each is a revision of its own, and what is assigned at the end is what the later one says."""
    await desk.publish(SMALL)
    other = await open_desk(mongo)
    both = await asyncio.gather(desk.publish(QUARTERLY), other.publish(LONGER))
    assert sorted(one.revision for one in both) == [2, 3]
    last = max(both, key=lambda one: one.revision)
    (assigned,) = (await desk.store.assignments("mau-2026")).values()
    assert len(assigned.occurrences) == last.occurrences
