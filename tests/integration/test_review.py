"""Reviews of outputs on real servers: what an officer says becomes an event, and what was sent back meets nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from pydantic import ValidationError

from services.submissions.apply_events import Told, apply_events
from services.submissions.review_output import ReviewOutput, review_output
from services.submissions.reviews import Reviews
from services.submissions.store import Store
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Fact, facts_of
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed
from shared.contracts.registry import decode
from shared.mongo import Mongo
from shared.outcomes import Rejected
from shared.settings import Settings
from tests.integration.http_desk import HttpDesk, open_http_desk
from tests.integration.intake_desk import assigned, turn
from tests.unit.submissions.books import NEWS, PLAN, TODAY

FEBRUARY = OccurrenceKey(plan=PLAN, duty="tv", agency="dai", period="2026-02")
OFFICER = "can-bo@so-a.example"
ADDRESS = "https://dai.example/tv/1"


@dataclass
class Reviewing:
    """`dai` owes television every month; it is 2 March 2026, and February is to be registered by 7 March."""

    http: HttpDesk
    mongo: Mongo
    store: Store

    async def post(self, id_: str, **data: object) -> OutputRecorded:
        """An output of television in February unless told otherwise, recorded."""
        answer = await self.http.post(id_, **data)
        _, receipt = decode(answer.body)
        assert isinstance(receipt, OutputRecorded)
        return receipt

    async def review(
        self, output: OutputRecorded | str, accepted: bool, reason: str = "", **more: Any
    ) -> OutputReviewed:
        name = output if isinstance(output, str) else output.output
        said = {"output": name, "accepted": accepted, "reason": reason, "reviewer": OFFICER} | more
        outbox = self.http.desk.runtime.outbox
        return await review_output(ReviewOutput(**said), self.store, Reviews(self.mongo), self.mongo, outbox)

    async def state(self, period: str = "2026-02") -> str:
        """Of television, as its agency asks for it over HTTP."""
        lines = (await self.http.ask("GET", "/occurrences")).json["occurrences"]
        return str(next(one["state"] for one in lines if (one["duty"], one["period"]) == ("tv", period)))

    async def told(self) -> list[tuple[str, OutputReviewed]]:
        """The reviews in the outbox, with their ids."""
        rows = [(row.id, decode(row.body)[1]) async for row in self.http.desk.runtime.outbox.all_rows()]
        return [(id_, event) for id_, event in rows if isinstance(event, OutputReviewed)]


def _without_ids(facts: Iterable[Fact]) -> set[str]:
    return {fact.model_dump_json(exclude={"event"}) for fact in facts}


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[Reviewing]:
    async with open_http_desk(settings, mongo, nc) as http:
        yield Reviewing(http, mongo, Store(mongo))


async def test_a_review_becomes_one_event(desk: Reviewing) -> None:
    """Whose output it is and what it belongs to come from what is stored; the day is the calendar's last."""
    output = await desk.post("1")
    event = await desk.review(output, True, "Phóng sự tốt (mẫu)\nNên nêu", notable=True)
    assert event == OutputReviewed(
        agency="dai",
        output=output.output,
        occurrence=FEBRUARY,
        day=TODAY,
        review=1,
        accepted=True,
        reviewer=OFFICER,
        reason="Phóng sự tốt (mẫu)\nNên nêu",
        notable=True,
    )
    assert await desk.told() == [(f"review:{output.output}:1", event)]


async def test_an_output_of_a_continuous_duty_is_reviewed_as_well(desk: Reviewing) -> None:
    """It belongs to no occurrence, and meets nothing that it could cease to meet."""
    news = Told("news", assigned(NEWS, "dai", revision=9), datetime(2026, 1, 1, tzinfo=UTC))
    await apply_events([news], desk.store, desk.mongo)
    output = await desk.post("1", duty="news", url=ADDRESS)
    event = await desk.review(output, False, "Sai đường dẫn")
    assert (event.occurrence, event.agency) == (None, "dai")
    assert (await desk.review(output, True)).review == 2


async def test_reviews_are_counted_by_output_and_the_day_moves_on(desk: Reviewing) -> None:
    """The highest one holds; a later one is of a later day."""
    first, second = await desk.post("1"), await desk.post("2", published_on="2026-01-11", period="2026-01")
    events = [await desk.review(first, False, "Sai kỳ")]
    await turn(desk.store, desk.mongo, date(2026, 3, 3), datetime.now(UTC))
    events += [await desk.review(first, True), await desk.review(second, True)]
    assert [(one.output, one.review, one.day.day) for one in events] == [
        (first.output, 1, 2),
        (first.output, 2, 3),
        (second.output, 1, 3),
    ]


async def test_the_same_review_said_again_is_the_same_event(desk: Reviewing) -> None:
    """An impatient officer changes nothing; whatever else is said is a review of its own."""
    output = await desk.post("1")
    first = await desk.review(output, True, "Tốt")
    await turn(desk.store, desk.mongo, date(2026, 3, 3), datetime.now(UTC))
    assert await desk.review(output, True, " Tốt ") == first
    others: list[dict[str, Any]] = [{"notable": True}, {"reason": "Rất tốt"}, {"reviewer": "khac@so-a.example"}]
    for number, other in enumerate(others, start=2):
        assert (await desk.review(output, True, **{"reason": "Tốt"} | other)).review == number
    assert len(await desk.told()) == 4


async def test_reviews_at_once_are_numbered_one_after_the_other(desk: Reviewing) -> None:
    """Ten officers, ten numbers; ten times the same of one is one event."""
    output = await desk.post("1")
    different = (desk.review(output, True, reviewer=f"can-bo-{n}@so-a.example") for n in range(10))
    assert sorted(event.review for event in await asyncio.gather(*different)) == list(range(1, 11))
    same = await asyncio.gather(*(desk.review(output, False, "Sai kỳ") for _ in range(10)))
    assert {event.review for event in same} == {11}
    assert len(await desk.told()) == 11


async def test_what_was_sent_back_meets_nothing_until_it_is_accepted(desk: Reviewing) -> None:
    """The agency that asks sees its occurrence owed again; its facts are those that the events tell."""
    output = await desk.post("1")
    told = list(facts_of("receipt", output))
    states = [await desk.state()]
    for accepted in (False, True):
        event = await desk.review(output, accepted, "Sai đường dẫn")
        told += facts_of(f"review:{event.review}", event)
        states.append(await desk.state())
        assert _without_ids(await desk.store.facts(FEBRUARY)) >= _without_ids(fact for _, fact in told)
    assert states == ["met", "open", "met"]


async def test_the_corrected_output_is_no_extra_one_and_its_address_is_not_reused(desk: Reviewing) -> None:
    """It takes the place of what was sent back, also in another period; the next one is an extra one again."""
    wrong = await desk.post("1", url=ADDRESS)
    await desk.review(wrong, False, "Sai kỳ")
    moved = await desk.post("2", url=ADDRESS, published_on="2026-01-11", period="2026-01")
    mended = await desk.post("3")
    assert Flag.REUSE not in moved.flags
    assert mended.flags == ()
    assert (await desk.post("4")).flags == (Flag.EXTRA,)
    assert [await desk.state(), await desk.state("2026-01")] == ["met", "met_late"]


async def test_an_extra_output_takes_the_place_of_what_is_sent_back(desk: Reviewing) -> None:
    """It meets the occurrence from then on; sent back as well, it makes room for the first one, accepted again."""
    first, second = await desk.post("1", url=ADDRESS), await desk.post("2", url=ADDRESS)
    assert second.flags == (Flag.EXTRA,)
    await desk.review(first, False, "Âm thanh hỏng")
    assert await desk.state() == "met"
    other = await desk.post("3", url=ADDRESS, published_on="2026-01-11", period="2026-01")
    assert Flag.REUSE in other.flags  # the second one stands at that address
    await desk.review(first, True)
    await desk.review(second, False, "Trùng")
    assert await desk.state() == "met"
    assert (await desk.post("4")).flags == (Flag.EXTRA,)  # the first one holds it again


async def test_what_is_accepted_again_claims_its_occurrence_again(desk: Reviewing) -> None:
    """Unless another output came in between."""
    output = await desk.post("1", url=ADDRESS)
    await desk.review(output, False, "Sai đường dẫn")
    await desk.review(output, True)
    assert (await desk.post("2")).flags == (Flag.EXTRA,)
    other = await desk.post("3", url=ADDRESS, published_on="2026-01-11", period="2026-01")
    assert Flag.REUSE in other.flags


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"accepted": False, "reason": " \n"}, "is sent back with a reason, so that its agency knows what to mend"),
        ({"accepted": False, "reason": "Sai kỳ", "notable": True}, "that is sent back can't be notable"),
        ({"accepted": True, "output": "0" * 32}, "there is no output '0000.*'; its id stands in its receipt"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    desk: Reviewing, said: dict[str, Any], text: str
) -> None:
    """Sent back without a reason, notable and sent back, an output that there isn't."""
    output = await desk.post("1")
    with pytest.raises(Rejected, match=text):
        await desk.review(**{"output": output} | said)
    assert await desk.told() == []
    assert await desk.state() == "met"


async def test_an_id_that_is_almost_right_is_answered_with_what_is_right(desk: Reviewing) -> None:
    """Copied by half, that of the receipt, or that of something that was refused."""
    output = (await desk.post("1")).output
    assert (await desk.http.post("2", duty="no-such-duty")).status == 422
    for wrong in (output[:12], f"receipt-{output}", output[:-2] + "zz"):
        with pytest.raises(Rejected, match=f"outputs like it: {output}"):
            await desk.review(wrong, True)
    (document,) = await desk.http.desk.documents("rejections")
    with pytest.raises(Rejected, match="was rejected, so it is no output; its receipt says why"):
        await desk.review(document["_id"], True)


@pytest.mark.parametrize("field", ["reviewer", "reason", "output"])
async def test_text_that_is_none_is_refused(field: str) -> None:
    """A review by nobody, control characters, an output without a name."""
    right = {"output": "o", "accepted": True, "reviewer": OFFICER, "reason": "Tốt"}
    wrongs = [{field: "a\x00b"}, {field: "x" * 2_001}, *([{field: "  "}] if field != "reason" else [])]
    for wrong in wrongs:
        with pytest.raises(ValidationError, match=field):
            ReviewOutput.model_validate(right | wrong)
    with pytest.raises(Rejected, match="the question can't hold 'raeson'; known keys: output, accepted, reason"):
        ReviewOutput.read(json.dumps(right | {"raeson": "x"}).encode())


async def test_a_review_keeps_the_agencys_answer(desk: Reviewing) -> None:
    """The receipt stays the same bytes, and the event that is posted again gets it."""
    output = await desk.post("1")
    await desk.review(output, False, "Sai kỳ")
    assert await desk.post("1") == output
    assert (await desk.http.ask("GET", f"/receipts/receipt-{output.output}")).status == 200
    assert (await desk.http.ask("GET", f"/receipts/review:{output.output}:1")).status == 404


async def test_many_outputs_of_the_same_days_are_told_as_one(desk: Reviewing) -> None:
    """Whatever is reviewed is told for itself, so the state is what it would be by all of them."""
    outputs = [await desk.post(f"{n}", title=f"Số {n}") for n in range(6)]
    other = await desk.post("another day", published_on="2026-02-12")

    async def told() -> list[str]:
        return [fact.fact for fact in (await desk.store.delivered(["dai"]))[str(FEBRUARY)]]

    assert await told() == ["delivered"] * 2
    for one in outputs[:5]:
        await desk.review(one, False, "Sai kỳ")
    assert sorted(await told()) == ["delivered"] * 7 + ["reviewed"] * 5
    assert await desk.state() == "met"
    await desk.review(outputs[5], False, "Sai kỳ")
    assert await desk.state() == "met"  # by that of the other day
    await desk.review(other, False, "Sai kỳ")
    assert await desk.state() == "open"
