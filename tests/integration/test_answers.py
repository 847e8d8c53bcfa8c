"""Asking a service and being answered, on a real server: an answer, a refusal, or a clear word that there is none."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from pydantic import BaseModel

from shared import ask as asking
from shared.answers import Answer, Answers, Handler
from shared.ask import NoAnswer, Refused, ask, request_body
from shared.flushed import flushed
from shared.outcomes import Overtaken, Rejected, Retry
from shared.topology import DOCUMENTS

WITHIN = timedelta(seconds=30)


class Question(BaseModel):
    number: int


async def _double(request: bytes) -> bytes:
    return str(2 * Question.model_validate_json(request).number).encode()


async def _reject(_: bytes) -> bytes:
    raise Rejected("cơ quan này không có trong kế hoạch\nxem lại mã cơ quan")


async def _overtaken(_: bytes) -> bytes:
    raise Overtaken("somebody decided meanwhile")


async def _later(_: bytes) -> bytes:
    raise Retry(timedelta(seconds=1), "the view has 7 events yet to take in")


async def _fail(_: bytes) -> bytes:
    raise RuntimeError("a secret of the database")


async def _nothing(_: bytes) -> bytes:
    return b""


HANDLERS: dict[str, Handler] = {
    "double": _double,
    "reject": _reject,
    "overtaken": _overtaken,
    "later": _later,
    "fail": _fail,
    "nothing": _nothing,
}


@pytest.fixture
async def asked(nc: Client) -> AsyncIterator[Client]:
    """A connection on which service `tested` answers."""
    answers = Answers(nc, "tested")
    for name, handler in HANDLERS.items():
        answers.add(name, handler)
    await answers.start()
    await flushed(nc)
    yield nc
    await answers.stop()


async def _refusal(nc: Client, name: str, payload: bytes = b"") -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await ask(nc, f"dondoc.tested.{name}", payload, WITHIN)
    return caught.value.code, caught.value.text


async def test_a_question_is_answered(asked: Client) -> None:
    """Bytes in, bytes out; none at all is an answer as well."""
    assert await ask(asked, "dondoc.tested.double", request_body(number=21), WITHIN) == b"42"
    assert await ask(asked, "dondoc.tested.nothing", b"", WITHIN) == b""


async def test_a_refusal_is_told_in_full(asked: Client) -> None:
    """In any script and on as many lines as it takes; 400, since the question was at fault."""
    assert await _refusal(asked, "reject") == ("400", "cơ quan này không có trong kế hoạch\nxem lại mã cơ quan")


async def test_a_question_that_can_not_be_read_is_refused_by_its_fields(asked: Client) -> None:
    """Which field and why."""
    code, text = await _refusal(asked, "double", b'{"number": "many"}')
    assert code == "400"
    assert text.startswith("number: ")


async def test_a_word_that_came_first_is_told_apart_from_a_wrong_question(asked: Client) -> None:
    """409: after a look at it, the same may be asked again."""
    assert await _refusal(asked, "overtaken") == ("409", "somebody decided meanwhile")


async def test_not_now_is_told_apart_from_never(asked: Client) -> None:
    """503: the same question later may be answered."""
    assert await _refusal(asked, "later") == ("503", "the view has 7 events yet to take in")


async def test_a_fault_of_the_service_is_an_answer_at_once_and_tells_no_secrets(asked: Client) -> None:
    """500 with a word where to look, instead of a time-out; what went wrong stands in the service's log."""
    assert await _refusal(asked, "fail") == ("500", "the service failed on this request; its log says why")


async def test_a_service_that_does_not_run_is_named(nc: Client) -> None:
    """At once: the server knows that nobody listens."""
    with pytest.raises(NoAnswer, match="the tested service does not run on this NATS server"):
        await ask(nc, "dondoc.tested.double", b"", WITHIN)


async def test_a_service_that_does_not_answer_in_time_is_named(nc: Client) -> None:
    """Somebody listens and says nothing."""
    await nc.subscribe("dondoc.tested.double")
    await flushed(nc)
    with pytest.raises(NoAnswer, match="the tested service did not answer within 0 s"):
        await ask(nc, "dondoc.tested.double", b"", timedelta(milliseconds=1))


async def test_a_service_that_was_started_again_is_waited_for_no_longer(
    nc: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was asked is gone, and nobody will answer; a service that runs since before is waited for."""
    monkeypatch.setattr(asking, "LOOK_EVERY", timedelta(milliseconds=50))
    monkeypatch.setattr(asking, "HEARD_WITHIN", timedelta(milliseconds=200))
    work, begun = asyncio.Event(), asyncio.Event()

    async def slowly(_: bytes) -> bytes:
        begun.set()
        await work.wait()
        return b"done"

    gone = await nc.subscribe("dondoc.tested.slowly")  # one that dies with the question
    first = asyncio.create_task(ask(nc, "dondoc.tested.slowly", b"", WITHIN))
    await gone.next_msg(timeout=30)
    await gone.unsubscribe()
    answers = Answers(nc, "tested")
    answers.add("slowly", slowly)
    await answers.start()
    with pytest.raises(NoAnswer, match="was ended while it worked on this, and runs again"):
        await first
    assert not begun.is_set()
    second = asyncio.create_task(ask(nc, "dondoc.tested.slowly", b"", WITHIN))
    await begun.wait()
    await asyncio.sleep(0.5)
    work.set()
    assert await second == b"done"
    await answers.stop()


async def test_services_can_be_found(asked: Client) -> None:
    """NATS' own service protocol names the service and its endpoints."""
    info = json.loads((await asked.request("$SRV.INFO", timeout=30)).data)
    assert info["name"] == "dondoc-tested"
    assert {one["subject"] for one in info["endpoints"]} == {f"dondoc.tested.{name}" for name in HANDLERS}


async def test_an_answer_too_large_for_a_message_is_fetched_from_the_object_store(
    nc: Client, js: JetStreamContext
) -> None:
    """The reply says where it lies; who asks gets the bytes all the same."""
    large = bytes(3_000_000)
    store = await js.object_store(DOCUMENTS)
    await store.put("report.pdf", large)
    answers = Answers(nc, "tested")

    async def report(_: bytes) -> Answer:
        return Answer(b"", {asking.BUCKET: DOCUMENTS, asking.NAME: "report.pdf"})

    answers.add("report", report)
    await answers.start()
    assert await ask(nc, "dondoc.tested.report", b"", WITHIN) == large
    await answers.stop()


def test_bytes_travel_in_a_request_as_base64() -> None:
    """Text stays text, in any script."""
    assert json.loads(request_body(a="Đài", b=b"\xff", c=None)) == {"a": "Đài", "b": "/w==", "c": None}
