"""Dead letters: kept once as they came, shown, and put back where they came from."""

from collections.abc import Mapping

import pytest
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared import deadletters, topology
from shared.deadletters import DeadLetter
from shared.topology import INTAKE, SUBMISSIONS_EVENTS, SUBMISSIONS_INTAKE, Consumer
from tests.integration.log import day, tell, told

HEADERS = {"Content-Type": "application/cloudevents+json", "X-Source": "Đài PT-TH"}


async def _next(js: JetStreamContext, consumer: Consumer) -> Msg:
    (msg,) = await (await js.pull_subscribe_bind(consumer.name, consumer.stream)).fetch(1)
    return msg


async def _buried(
    js: JetStreamContext, body: bytes = b"x", reason: str = "vì sao", headers: Mapping[str, str] = HEADERS
) -> DeadLetter:
    """A posted message that was buried by the intake; the newest dead letter."""
    await js.publish("dondoc.intake.dai-ptth", body, headers={"Nats-Msg-Id": f"{body!r}"} | dict(headers))
    msg = await _next(js, SUBMISSIONS_INTAKE)
    await deadletters.bury(js, msg, SUBMISSIONS_INTAKE, reason)
    await msg.term()
    return (await deadletters.list_all(js))[-1]


async def test_a_dead_letter_is_the_message_as_it_came(js: JetStreamContext) -> None:
    """Its bytes, whatever they are, its own headers in any script, and why; the server's headers are none of it."""
    body = bytes(range(256))
    letter = await _buried(js, body, "cơ quan này\r\nkhông có trong kế hoạch")
    assert letter == DeadLetter(
        number=1,
        consumer="submissions-intake",
        stream="INTAKE",
        subject="dondoc.intake.dai-ptth",
        reason="cơ quan này không có trong kế hoạch",
        headers=HEADERS,
        body=body,
    )
    assert await deadletters.find(js, 1) == letter


async def test_the_same_message_is_buried_once(js: JetStreamContext) -> None:
    """A crash between the burial and the last word to the server brings the message again; the letter stays one."""
    await js.publish("dondoc.intake.a", b"x")
    msg = await _next(js, SUBMISSIONS_INTAKE)
    for _ in range(3):
        await deadletters.bury(js, msg, SUBMISSIONS_INTAKE, "why")
    assert len(await deadletters.list_all(js)) == 1


async def test_a_number_that_a_stream_gives_again_is_another_message(js: JetStreamContext) -> None:
    """After the intake's store was lost alone, its first message is not the one that was buried under that number."""
    await _buried(js, b"first")
    await js.delete_stream(INTAKE)
    await topology.apply(js)
    assert (await _buried(js, b"second")).body == b"second"
    assert [letter.body for letter in await deadletters.list_all(js)] == [b"first", b"second"]


async def test_each_consumer_buries_for_itself(js: JetStreamContext) -> None:
    """What two services can't handle is two letters: each is replayed for its own reason."""
    await tell(js, day("2026-02-01"))
    msg = await _next(js, SUBMISSIONS_EVENTS)
    await deadletters.bury(js, msg, SUBMISSIONS_EVENTS, "one")
    await deadletters.bury(js, msg, SUBMISSIONS_INTAKE, "other")
    assert [letter.reason for letter in await deadletters.list_all(js)] == ["one", "other"]


async def test_without_dead_letters_there_is_nothing_to_list(js: JetStreamContext) -> None:
    """An empty list, and None for a number that never was."""
    assert await deadletters.list_all(js) == []
    assert await deadletters.find(js, 1) is None


async def test_a_long_reason_is_cut(js: JetStreamContext) -> None:
    """A header is no place for a traceback."""
    assert len((await _buried(js, reason="dài" * 1_000)).reason) == 1_000


async def test_a_message_without_body_and_headers_can_be_buried(js: JetStreamContext) -> None:
    """Nothing at all is a message as well."""
    letter = await _buried(js, b"", headers={})
    assert (letter.body, letter.headers) == (b"", {})


@pytest.mark.parametrize("body", [b"{}", b"\xff\x00"])
async def test_a_replayed_message_is_back_where_it_came_from(js: JetStreamContext, body: bytes) -> None:
    """On its subject, with its bytes and headers, for the consumer to try again; the letter is gone."""
    await deadletters.replay(js, await _buried(js, body))
    msg = await _next(js, SUBMISSIONS_INTAKE)
    assert (msg.subject, msg.data) == ("dondoc.intake.dai-ptth", body)
    assert msg.headers == HEADERS  # none of the server's, which the intake refuses
    assert await deadletters.list_all(js) == []


async def test_an_event_can_be_replayed_while_the_log_remembers_its_id(js: JetStreamContext) -> None:
    """Under its first id the log would take it for a repeat and drop it."""
    await tell(js, day("2026-02-01"), "day:1")
    await deadletters.bury(js, await _next(js, SUBMISSIONS_EVENTS), SUBMISSIONS_EVENTS, "why")
    (letter,) = await deadletters.list_all(js)
    await deadletters.replay(js, letter)
    assert await told(js) == [("day:1", day("2026-02-01"))] * 2


async def test_a_replay_that_was_cut_short_puts_the_event_back_once(js: JetStreamContext) -> None:
    """Published but not taken out, it is taken out the next time, and the log doesn't hold it once more."""
    await tell(js, day("2026-02-01"), "day:1")
    await deadletters.bury(js, await _next(js, SUBMISSIONS_EVENTS), SUBMISSIONS_EVENTS, "why")
    (letter,) = await deadletters.list_all(js)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(js, "delete_msg", _cut_short)
        with pytest.raises(ConnectionError):
            await deadletters.replay(js, letter)
    await deadletters.replay(js, letter)
    assert len(await told(js)) == 2
    assert await deadletters.list_all(js) == []


async def _cut_short(*_: object) -> None:
    raise ConnectionError


async def test_the_list_passes_over_what_was_replayed(js: JetStreamContext) -> None:
    """Numbers stay what they are, so that a number noted down still means the same letter."""
    letters = [await _buried(js, body) for body in (b"1", b"2", b"3")]
    await deadletters.replay(js, letters[1])
    assert [letter.number for letter in await deadletters.list_all(js)] == [1, 3]
    assert await deadletters.find(js, 2) is None
