"""Exempting, extending, nothing to report: decisions with a document become events."""

import asyncio
import unicodedata
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.assignments.excuse_occurrence import (
    ExcuseOccurrence,
    ExtendOccurrence,
    excuse_occurrence,
    extend_occurrence,
)
from shared.contracts.duties import DutyExcused, DutyExtended, ExcuseKind
from shared.contracts.ledger import State, facts_of, standing
from shared.mongo import Mongo
from shared.outcomes import Overtaken, Rejected
from tests.integration.assignments_desk import DONG_HAI, SMALL, Desk, open_desk

WHICH = {"plan": "mau-2026", "duty": "I.1", "agency": "so-a", "period": "2026-02"}
PAPER = {"approver": "UBND tỉnh (mẫu)", "document": "01/CV (mẫu)", "reason": "nghỉ Tết"}


@pytest.fixture
async def desk(mongo: Mongo) -> Desk:
    """The small plan is published, and it is 5 February."""
    desk = await open_desk(mongo)
    await desk.publish(SMALL)
    await desk.turn("2026-02-05")
    await desk.news()
    return desk


async def _excuse(desk: Desk, kind: ExcuseKind = ExcuseKind.EXEMPTION, **other: Any) -> DutyExcused:
    command = ExcuseOccurrence(**(WHICH | PAPER | other), kind=kind)
    return await excuse_occurrence(command, desk.store, desk.mongo, desk.outbox)


async def _extend(desk: Desk, until: str = "2026-03-15", **other: Any) -> DutyExtended:
    command = ExtendOccurrence(**(WHICH | PAPER | other), until=date.fromisoformat(until))
    return await extend_occurrence(command, desk.store, desk.mongo, desk.outbox)


@pytest.mark.parametrize("kind", ExcuseKind)
async def test_an_excuse_becomes_one_event_with_its_document(desk: Desk, kind: ExcuseKind) -> None:
    """An exemption and nothing to report alike: who approved it, by which document, why, and on which day."""
    event = await _excuse(desk, kind)
    assert await desk.news() == [("excused:mau-2026:2", event)]
    assert event.model_dump(mode="json") == WHICH | PAPER | {
        "kind": kind,
        "revision": 2,
        "day": "2026-02-05",
        "decided_by": "operator",
    }


async def test_an_extension_moves_both_dates(desk: Desk) -> None:
    """The new end, and five working days after it by the plan's own calendar: 16 to 20 March."""
    event = await _extend(desk)
    assert await desk.news() == [("extended:mau-2026:2", event)]
    assert (event.end, event.register_by) == (date(2026, 3, 15), date(2026, 3, 20))


async def test_a_decision_at_the_desk_says_which_officer_entered_it(desk: Desk) -> None:
    """Beside who approved the document, in either event."""
    who = "can-bo@so-a.example"
    events = [await _excuse(desk, decided_by=who), await _extend(desk, decided_by=who)]
    assert [(event.decided_by, event.approver) for event in events] == [(who, PAPER["approver"])] * 2


async def test_a_decision_said_again_is_the_same_event(desk: Desk) -> None:
    """A double click, a command run twice, on another day or in other Unicode too: the same answer, and no further
    revision of the plan."""
    first = [await _excuse(desk), await _extend(desk)]
    await desk.turn("2026-02-06")
    assert [await _excuse(desk), await _extend(desk)] == first
    pasted = {name: unicodedata.normalize("NFD", text).replace(" ", "  ") for name, text in PAPER.items()}
    assert pasted != PAPER
    assert [await _excuse(desk, **pasted), await _extend(desk, **pasted)] == first
    at_once = await asyncio.gather(*(_excuse(desk, document="02/CV (mẫu)") for _ in range(5)))
    assert {event.revision for event in at_once} == {4}
    told = [event for _, event in await desk.news() if isinstance(event, DutyExcused | DutyExtended)]
    assert told == [*first, at_once[0]]
    assert (await desk.publish(SMALL + "register_within: 7\n")).revision == 5


@pytest.mark.parametrize("other", [{"document": "02/CV"}, {"reason": "bão"}, {"decided_by": "b@so-a.example"}])
async def test_a_change_of_mind_is_a_decision_of_its_own(desk: Desk, other: dict[str, str]) -> None:
    """In other words, by somebody else, of another kind; and so is going back to what was said first."""
    for decide in (_excuse, _extend):
        revisions = [(await decide(desk, **said)).revision for said in ({}, other, {})]  # type: ignore[operator]
        assert len(set(revisions)) == 3
    kinds = (ExcuseKind.NOTHING_TO_REPORT, ExcuseKind.EXEMPTION, ExcuseKind.NOTHING_TO_REPORT)
    assert len({(await _excuse(desk, kind)).revision for kind in kinds}) == 3
    dates = ("2026-03-16", "2026-03-17", "2026-03-16")
    assert len({(await _extend(desk, until)).revision for until in dates}) == 3
    elsewhere = await _excuse(desk, ExcuseKind.NOTHING_TO_REPORT, period="2026-01")
    assert elsewhere.period == "2026-01"


async def test_an_extension_that_a_plan_overruled_can_be_given_again(desk: Desk) -> None:
    """The plan's other dates took its place; the same words are a new decision then."""
    first = await _extend(desk)
    await desk.publish(SMALL + "register_within: 7\n")
    await desk.publish(SMALL)
    assert (await _extend(desk)).revision > first.revision


async def test_the_occurrence_stands_as_decided(desk: Desk, mongo: Mongo) -> None:
    """Told to the fold, the events do what the commands asked for."""
    fresh = await open_desk(mongo)
    await _extend(desk)
    await _excuse(desk)
    told = [fact for id_, event in await fresh.news() for key, fact in facts_of(id_, event) if key.period == "2026-02"]
    found = standing(told, date(2026, 3, 31))
    assert found is not None
    assert (found.state, found.due) == (State.EXCUSED, date(2026, 3, 15))


async def test_each_decision_is_a_revision_of_its_own(desk: Desk) -> None:
    """Even at once: the highest one holds, so two must never be equal."""
    events = await asyncio.gather(*(_extend(desk, f"2026-03-{day}") for day in range(10, 16)))
    assert sorted(event.revision for event in events) == [2, 3, 4, 5, 6, 7]
    assert len(await desk.news()) == 6


async def test_a_decision_that_was_not_seen_is_not_overruled(desk: Desk) -> None:
    """Of whichever kind it is; with no word of what was seen, as a command has none, the last one holds."""
    first = await _extend(desk, after=0, decided_by="a@so-a.example")
    assert await _extend(desk, after=0, decided_by="a@so-a.example") == first
    said = rf"a@so-a.example decided .* by '01/CV \(mẫu\)', revision {first.revision}, and `after` says 0"
    for decide in (_excuse, _extend):
        with pytest.raises(Overtaken, match=said):
            await decide(desk, after=0, document="02/CV (mẫu)")
    seen = await _excuse(desk, after=first.revision)
    assert (await _excuse(desk, document="02/CV (mẫu)")).revision > seen.revision
    assert (await _excuse(desk, after=0, period="2026-01")).period == "2026-01"


async def test_of_decisions_at_once_that_saw_the_same_one_is_made(desk: Desk) -> None:
    """Of either kind: the others are told of it."""
    decisions = [_extend(desk, f"2026-03-{day}", after=0) for day in range(10, 13)]
    asked = [*decisions, *(_excuse(desk, kind, after=0) for kind in ExcuseKind)]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    made = [end for end in ends if isinstance(end, DutyExcused | DutyExtended)]
    assert [event for _, event in await desk.news()] == made
    assert (len(made), sum(isinstance(end, Overtaken) for end in ends)) == (1, 4)


async def test_a_plan_published_after_a_decision_has_a_higher_revision(desk: Desk) -> None:
    """And a decision after it a higher one still: one counter a plan."""
    await _extend(desk)
    assert (await desk.publish(SMALL + "register_within: 7\n")).revision == 3
    assert (await _excuse(desk)).revision == 4


async def test_before_the_first_day_a_decision_holds_from_the_plans_first(mongo: Mongo) -> None:
    """There is no other day yet."""
    desk = await open_desk(mongo)
    await desk.publish(SMALL)
    assert (await _excuse(desk)).day == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"plan": "mau-2025"}, "there is no plan 'mau-2025'; published: mau-2026"),
        ({"agency": "so-b"}, "no duty is assigned to 'so-b'; agencies like it: so-a"),
        ({"duty": "I.2"}, "the duty 'I.2' is not assigned to so-a; it has I.1"),
        ({"period": "2026-W07"}, "I.1 of so-a has no period '2026-W07'; its periods: 2026-01, 2026-02"),
    ],
)
async def test_what_is_not_in_the_plan_is_refused_with_what_is(desk: Desk, other: dict[str, str], said: str) -> None:
    """Either command names what there is instead, and tells nothing."""
    for decide in (_excuse, _extend):
        with pytest.raises(Rejected) as caught:
            await decide(desk, **other)  # type: ignore[operator]
        assert said in caught.value.reason
    assert await desk.news() == []


@pytest.mark.parametrize("until", ["2026-02-28", "2026-02-01"])
async def test_an_extension_must_lie_after_the_present_end(desk: Desk, until: str) -> None:
    """Otherwise it would take time away."""
    with pytest.raises(Rejected, match=f"{until} is no extension: the occurrence already ends on 2026-02-28"):
        await _extend(desk, until)
    assert await desk.news() == []


async def test_a_continuous_duty_has_nothing_to_excuse(mongo: Mongo) -> None:
    """It is never owed, and the refusal says so."""
    desk = await open_desk(mongo)
    await desk.publish(DONG_HAI)
    with pytest.raises(Rejected, match="its periods: none: it is continuous"):
        await _excuse(desk, plan="dong-hai-2026", duty="1.4", agency="bao-ptth")


async def test_without_any_plan_the_refusal_says_none_yet(mongo: Mongo) -> None:
    """The first mistake of a new installation."""
    with pytest.raises(Rejected, match="published: none yet"):
        await _excuse(await open_desk(mongo))


@pytest.mark.parametrize("field", ["approver", "document", "reason"])
async def test_a_decision_without_its_document_is_refused(desk: Desk, field: str) -> None:
    """Nobody is excused by nobody; a blank is nothing as well."""
    command: dict[str, Any] = WHICH | PAPER | {"kind": "exemption"}
    for wrong in (command | {field: "  "}, {name: value for name, value in command.items() if name != field}):
        with pytest.raises(ValidationError, match=field):
            ExcuseOccurrence.model_validate(wrong)
