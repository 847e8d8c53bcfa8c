"""The submissions service as it runs: from the log and the intake to receipts."""

import asyncio
from datetime import date, timedelta
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js import JetStreamContext

from services.submissions.app import start
from shared.contracts.days import CalendarDay
from shared.contracts.outputs import OutputRecorded, OutputRejected
from shared.flushed import flushed
from shared.settings import Settings
from shared.topology import EVENTS, SUBMISSIONS_INTAKE
from tests.harness.services import Processes, in_process
from tests.integration.intake_desk import assigned, posted, receipt, setting
from tests.integration.log import handled, tell, told
from tests.unit.submissions.books import GUIDE, plan

FIRST = date(2026, 3, 2)


async def _begin(js: JetStreamContext) -> None:
    for number, event in enumerate(setting()):
        await tell(js, event, f"setting:{number}")


async def _turn(js: JetStreamContext, day: date) -> None:
    await tell(js, CalendarDay(date=day))


async def _post(js: JetStreamContext, *bodies: bytes, agency: str = "dai") -> None:
    for body in bodies:
        await js.publish(f"dondoc.intake.{agency}", body)


async def _hear(heard: Subscription, count: int) -> list[Msg]:
    return [await heard.next_msg(timeout=60) for _ in range(count)]


async def _listen(nc: Client) -> Subscription:
    heard = await nc.subscribe("dondoc.output.*.*")
    await flushed(nc)
    return heard


def _by_id(heard: list[Msg]) -> dict[str, OutputRecorded | OutputRejected]:
    answers = [receipt(msg) for msg in heard]
    return {answer.submission.id if answer.submission else "": answer for answer in answers}


async def test_from_the_intake_to_the_receipt(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """An integrator that only posts and listens is answered, and answered the same when it posts again."""
    heard = await _listen(nc)
    await _begin(js)
    await _turn(js, FIRST)
    async with in_process("submissions", start, settings) as health:
        assert await health.problems() == {}
        await _post(js, posted("1"))
        (first,) = await _hear(heard, 1)
        await _post(js, posted("1"))
        (again,) = await _hear(heard, 1)
    assert (again.subject, again.data) == (first.subject, first.data)
    assert first.subject == "dondoc.output.recorded.dai"


async def test_the_day_of_an_event_is_the_last_one_stored_before_it(
    nc: Client, js: JetStreamContext, settings: Settings
) -> None:
    """By the server's own times, within the same millisecond as well, and although all of it is handled later."""
    heard = await _listen(nc)
    await _begin(js)
    days = [FIRST + timedelta(days=n) for n in range(40)]
    for day in days:
        await _turn(js, day)
        await _post(js, posted(f"{day}"), posted(f"{day} again"))
    async with in_process("submissions", start, settings):
        answers = _by_id(await _hear(heard, 2 * len(days)))
    assert {id_: str(answer.day) for id_, answer in answers.items()} == {id_: id_[:10] for id_ in answers}
    assert len(answers) == 2 * len(days)


async def test_a_backlog_makes_nobody_late(nc: Client, js: JetStreamContext, settings: Settings) -> None:
    """Posted on the last day, handled when the log has gone on for a month: in time, and not in the future either."""
    heard = await _listen(nc)
    await _begin(js)
    await _turn(js, date(2026, 3, 7))
    await _post(js, posted("in time"), posted("tomorrow's", published_on="2026-03-08"))
    await _turn(js, date(2026, 3, 8))
    await _post(js, posted("late"))
    await _turn(js, date(2026, 4, 8))
    async with in_process("submissions", start, settings):
        answers = _by_id(await _hear(heard, 3))
    in_time, late, early = answers["in time"], answers["late"], answers["tomorrow's"]
    assert isinstance(in_time, OutputRecorded)
    assert isinstance(late, OutputRecorded)
    assert isinstance(early, OutputRejected)
    assert "late" not in in_time.flags
    assert "late" in late.flags
    assert [reason.code for reason in early.reasons] == ["future_date"]


async def test_an_output_is_matched_by_what_the_log_held_before_it(
    nc: Client, js: JetStreamContext, settings: Settings
) -> None:
    """A duty that is assigned and delivered a moment later is known, however much the log holds before it."""
    heard = await _listen(nc)
    async with in_process("submissions", start, settings):
        await _begin(js)
        await _turn(js, FIRST)
        for n in range(200):
            await tell(js, plan(f"other-{n}"))
        await tell(js, assigned(GUIDE, "dai", "2026-Q1", revision=2))
        await _post(js, posted("1", duty="guide"))
        (answer,) = [receipt(msg) for msg in await _hear(heard, 1)]
    assert isinstance(answer, OutputRecorded)
    assert answer.duty == "guide"


async def test_two_processes_share_the_intake(nc: Client, js: JetStreamContext, processes: Processes) -> None:
    """Every event is posted twice to two processes: each is recorded once, and both its answers are equal."""
    heard = await _listen(nc)
    await _begin(js)
    await _turn(js, FIRST)
    async with processes("submissions"), processes("submissions"):
        bodies = [posted(str(n), duration_minutes=1 + n / 100) for n in range(300)]
        await asyncio.gather(_post(js, *bodies), _post(js, *reversed(bodies)))
        by_id: dict[str, set[bytes]] = {}
        # Both relays may tell a receipt, so how often each is heard is not fixed; the log keeps one.
        while len(by_id) < 300:
            (msg,) = await _hear(heard, 1)
            by_id.setdefault(str(_id(receipt(msg))), set()).add(msg.data)
        await handled(js, SUBMISSIONS_INTAKE)
    assert {len(bytes_) for bytes_ in by_id.values()} == {1}
    outputs = [id_ for id_, event in await told(js) if isinstance(event, OutputRecorded)]
    assert len(outputs) == len(set(outputs)) == 300
    assert (await js.stream_info(EVENTS)).state.messages == 300 + len(setting()) + 1


def _id(answer: OutputRecorded | OutputRejected) -> Any:
    return answer.submission.id if answer.submission else None
