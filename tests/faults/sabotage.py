"""Ways to spoil a service, each of which the judge must notice: done to its process before it starts."""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import Callable, Mapping
from typing import Any

from nats.aio.msg import Msg

from services.notifier.letters.mail import Begin, Envelope, Fate, MayEnd, Outcome
from services.notifier.sending.courier import Courier
from services.reports import app, apply_events, log_position
from services.submissions import import_outputs, intake, post_events
from services.submissions.read_event import Posted, read_envelope
from services.submissions.record_outputs import Fresh
from services.submissions.web import api
from shared.contracts.imports import ImportOutcome
from shared.delivery import Policy

SENT_AFTER_SECONDS = 3.0  # long enough for the mark, however busy the machine
TAKEN_IN_AFTER_SECONDS = 1.5


def default_ack_policy() -> None:
    """The framework's REJECT_ON_ERROR: whatever fails once is thrown away, for good."""

    async def run(self: Policy, msg: Msg, work: Callable[[], Any]) -> Any:
        try:
            result = await work()
        except Exception:
            await msg.term()
            return None
        await msg.ack()
        return result

    Policy.run = run  # type: ignore[method-assign]


def no_inbox_index() -> None:
    """What comes again gets an `_id` of its own, so neither a lookup nor a unique index finds it."""

    def forgetful(*of: Any) -> Posted:
        posted = read_envelope(*of)
        return posted._replace(id=secrets.token_hex(16))

    intake.read_envelope = forgetful  # type: ignore[assignment]


def mark_before_sending() -> None:
    """A mail is marked as sent first and handed over after that; the process dies at the third, in between."""
    send, sent = Courier.send, 0

    async def later(self: Courier, envelope: Envelope, begin: Begin, may_end: MayEnd) -> Outcome | None:
        nonlocal sent
        text = await begin()
        if text is None:
            return None

        async def begun() -> bytes:
            return text

        async def yes() -> bool:
            return True

        sent += 1
        handing = send(self, envelope, begun, yes)
        asyncio.get_running_loop().call_later(SENT_AFTER_SECONDS, _hand_over, handing, sent)
        return Outcome(Fate.SENT)

    Courier.send = later  # type: ignore[method-assign]


def ack_before_commit() -> None:
    """The intake acknowledges a batch and then writes it; the process dies at the third, in between."""
    record, batches = intake.Intake.record, 0

    async def eager(self: intake.Intake, batch: list[Msg]) -> None:
        nonlocal batches
        batches += 1
        for msg in batch:
            await self._runtime.nc.publish(msg.reply, b"+ACK")
        await self._runtime.nc.flush()
        if batches == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        await record(self, batch)

    intake.Intake.record = eager  # type: ignore[method-assign]


def row_by_row() -> None:
    """A list is recorded row by row; the process dies after the first two."""
    keep, kept = intake.Intake.keep, 0

    async def counted(self: intake.Intake, examined: Mapping[str, Fresh]) -> frozenset[str]:
        nonlocal kept
        if kept == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        kept += 1
        return await keep(self, examined)

    import_outputs.AT_ONCE = 1
    intake.Intake.keep = counted  # type: ignore[method-assign]


def wrong_rows_left_out() -> None:
    """What is right of a list is recorded, whatever else stands in it."""
    ImportOutcome.is_wrong = False  # type: ignore[method-assign, assignment]


def other_bytes() -> None:
    """HTTP answers with the receipt written anew."""
    post = post_events.post_events

    async def rewritten(*of: Any) -> list[post_events.Answer]:
        return [answer._replace(body=json.dumps(answer.event).encode()) for answer in await post(*of)]

    api.post_events = rewritten


def answers_at_once() -> None:
    """Reports are made of what the view happens to hold, while it takes in each batch a little later."""

    async def waits_for_nothing(*_: Any) -> None:
        """Whatever the log holds."""

    async def later(*of: Any) -> None:
        await asyncio.sleep(TAKEN_IN_AFTER_SECONDS)
        await apply_events.apply_events(*of)

    log_position.caught_up = waits_for_nothing
    app.apply_events = later  # type: ignore[attr-defined]


_tasks: set[asyncio.Future[Any]] = set()


def _hand_over(handing: Any, count: int) -> None:
    if count == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    _tasks.add(asyncio.ensure_future(handing))


SABOTAGES = {
    "default-ack-policy": default_ack_policy,
    "no-inbox-index": no_inbox_index,
    "mark-before-sending": mark_before_sending,
    "ack-before-commit": ack_before_commit,
    "row-by-row": row_by_row,
    "wrong-rows-left-out": wrong_rows_left_out,
    "other-bytes": other_bytes,
    "answers-at-once": answers_at_once,
}
