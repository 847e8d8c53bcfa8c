"""The intake: every posted event is answered by exactly one receipt, whatever its neighbours are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.submissions.store import Store
from shared import deadletters
from shared.contracts.outputs import OutputRecorded, OutputRejected
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topology import EVENTS, INTAKE
from tests.integration.intake_desk import Desk, open_desk, posted, prepare, receipt
from tests.integration.log import told


@pytest.fixture
async def desk(settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext) -> AsyncIterator[Desk]:
    async with open_desk(settings, mongo, nc, await prepare(mongo)) as desk:
        yield desk


async def test_an_output_is_recorded_and_answered(desk: Desk) -> None:
    """One document, one receipt that says where it belongs, one event in the log, and nothing left to do."""
    (answer,) = await desk.post(posted("1", duration_minutes=9.5, url="https://dai.example/1", topics=["II.1"]))
    assert isinstance(answer, OutputRecorded)
    assert (answer.agency, answer.duty, answer.day, answer.flags) == ("dai", "tv", date(2026, 3, 2), ())
    assert (answer.submission.source, answer.submission.id) == ("/cms", "1")
    assert str(answer.occurrence) == "mau-2026/tv/dai/2026-02"
    assert (answer.url, answer.duration_minutes, answer.topics) == ("https://dai.example/1", 9.5, ("II.1",))
    assert answer.channel == "tv"
    (document,) = await desk.documents()
    assert document["_id"] == answer.output
    assert bytes(document["raw"]) == posted("1", duration_minutes=9.5, url="https://dai.example/1", topics=["II.1"])
    assert await told(desk.js) == [(f"receipt-{answer.output}", answer)]
    assert (await desk.js.stream_info(INTAKE)).state.messages == 0


async def test_a_rejected_event_is_answered_and_kept(desk: Desk) -> None:
    """With its reasons and what came, so that the sender and an officer can see what was wrong."""
    (answer,) = await desk.post(posted("1", duty="local"))
    assert isinstance(answer, OutputRejected)
    assert [(reason.code, reason.candidates) for reason in answer.reasons] == [("not_owed", ("radio", "tv"))]
    assert answer.excerpt.startswith('{"specversion": "1.0", "id": "1"')
    assert await desk.documents() == []
    assert len(await desk.documents("rejections")) == 1


async def test_batches_at_once_are_written_in_the_order_in_which_they_came(desk: Desk) -> None:
    """The one that is read sooner waits: who posted first is first, however large the batch around it was."""
    large = await desk.fetch(*(posted(f"a{n}", published_on="2026-01-05") for n in range(1_000)), posted("first"))
    small = await desk.fetch(posted("second"))
    await asyncio.gather(desk.handle(large), desk.handle(small))
    flags = {document["submission"]["id"]: document["flags"] for document in await desk.documents()}
    assert (flags["first"], flags["second"]) == ([], ["extra"])


async def test_a_repeat_gets_the_same_receipt_and_changes_nothing(desk: Desk) -> None:
    """The same bytes, one document, and a log that doesn't grow; even where the repeat says something else."""
    await desk.handle(await desk.fetch(posted("1")))
    (first,) = await desk.hear(1)
    documents, log = await desk.documents(), await told(desk.js)
    for repeat in (posted("1"), posted("1", title="other", duty="radio"), posted("1", duty="?")):
        await desk.handle(await desk.fetch(repeat))
        (again,) = await desk.hear(1)
        assert (again.subject, again.data) == (first.subject, first.data)
    assert await desk.documents() == documents
    assert await told(desk.js) == log


async def test_a_rejected_event_posted_again_gets_the_same_rejection(desk: Desk) -> None:
    """A correction needs an id of its own: the answer to an event never changes."""
    await desk.handle(await desk.fetch(posted("1", duty="?")))
    (first,) = await desk.hear(1)
    await desk.handle(await desk.fetch(posted("1")))
    assert (await desk.hear(1))[0].data == first.data
    assert await desk.documents() == []


async def test_repeats_within_a_batch_are_answered_each_and_recorded_once(desk: Desk) -> None:
    """Three posts of one event: three answers, the same bytes; one document."""
    await desk.handle(await desk.fetch(posted("1"), posted("1"), posted("2"), posted("1")))
    heard = await desk.hear(4)
    assert len({msg.data for msg in heard}) == 2
    assert len(await desk.documents()) == len(await told(desk.js)) == 2


BAD = [
    (b"{", "bad_envelope"),
    (b"\xff\xfe", "bad_envelope"),
    (b"", "bad_envelope"),
    (b"[" * 50_000, "bad_envelope"),
    (posted("b1").replace(b'"tv"', b"9" * 5_000), "bad_envelope"),
    (posted("b2").replace(b"submitted.v1", b"submitted.v9"), "unknown_type"),
    (posted("b3", published_on="2027-01-01"), "future_date"),
    (posted("b4", duty="local"), "not_owed"),
    (posted("b5", agency="huyen"), "wrong_agency"),
    (posted("b6", titel="x"), "unknown_field"),
    (posted("b7", title="\x00" * 501), "bad_field"),
    (posted("b8", url="https://[dai.example"), "bad_field"),
    (posted("b9", **{f"{n}": 0 for n in range(30_000)}), "unknown_field"),
]


async def test_bad_neighbours_harm_nobody(desk: Desk) -> None:
    """Good events between all kinds of bad ones are recorded; each bad one is answered with its own reason."""
    bodies = [body for n, (bad, _) in enumerate(BAD) for body in (bad, posted(f"good{n}"))]
    answers = {answer.excerpt if isinstance(answer, OutputRejected) else answer.submission.id: answer
               for answer in await desk.post(*bodies)}  # fmt: skip
    recorded = [answer for answer in answers.values() if isinstance(answer, OutputRecorded)]
    rejected = [answer for answer in answers.values() if isinstance(answer, OutputRejected)]
    assert len(recorded) == len(rejected) == len(BAD)
    assert sorted(answer.reasons[0].code for answer in rejected) == sorted(code for _, code in BAD)
    assert len(await desk.documents()) == len(BAD)
    assert await deadletters.list_all(desk.js) == []
    assert (await desk.js.stream_info(INTAKE)).state.messages == 0


async def test_five_hundred_in_one_batch(desk: Desk) -> None:
    """As many as a batch holds: each answered once, in the order of the batch, by as many events in the log."""
    answers = await desk.post(*(posted(str(n)) for n in range(500)))
    assert [a.submission.id for a in answers if isinstance(a, OutputRecorded)] == [str(n) for n in range(500)]
    assert len(await desk.documents()) == 500
    assert (await desk.js.stream_info(EVENTS)).state.messages == 500


async def test_an_event_in_binary_mode_is_recorded(desk: Desk) -> None:
    """Attributes in headers of any case, the output alone in the body."""
    headers = {"CE-SpecVersion": "1.0", "ce-ID": "1", "Ce-Source": "/cms", "ce-type": "vn.dondoc.output.submitted.v1"}
    body = b'{"title":"Ti vi","channel":"tv","published_on":"2026-02-11"}'
    await desk.js.publish("dondoc.intake.dai", body, headers=headers | {"content-type": "application/json"})
    await desk.handle(await desk.fetch(posted("1")))
    (answer,) = [receipt(msg) for msg in await desk.hear(1)]
    assert isinstance(answer, OutputRecorded)
    assert answer.submission.source == "/cms"


@pytest.mark.parametrize("posted_before", [True, False])
async def test_before_the_first_day_nothing_is_recorded(
    settings: Settings, mongo: Mongo, nc: Client, js: JetStreamContext, posted_before: bool
) -> None:
    """There is no plan in force; the answer says so and carries no day, and the same event stays so answered."""
    store = Store(mongo)
    await store.ensure_indexes()
    async with open_desk(settings, mongo, nc, store) as desk:
        (answer,) = await desk.post(posted("1"))
        assert isinstance(answer, OutputRejected)
        assert (answer.day, [reason.code for reason in answer.reasons]) == (None, ["no_plan"])
        if posted_before:
            await prepare(mongo)
            assert await desk.post(posted("1")) == [answer]
            assert isinstance((await desk.post(posted("2")))[0], OutputRecorded)
