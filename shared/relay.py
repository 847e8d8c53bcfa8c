"""The relay: publishes the outbox to the log, then marks it. A sweep finds what a crash left.

What the log refuses for good is set apart, so that it holds up nothing: a person looks at it and replays it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from shared import metrics
from shared.crashpoints import CrashPoint, crash_point
from shared.finishing import finished
from shared.logs import logger
from shared.outbox import Note, Outbox, Row
from shared.publisher import Publisher, told

RELAY = "relay"  # as who buries something, in logs and metrics
WINDOW = 500  # rows in flight
SWEEP_EVERY = timedelta(seconds=1)
FIRST_BACKOFF = timedelta(milliseconds=500)
LONGEST_BACKOFF = timedelta(seconds=30)

log = logger(__name__)


@dataclass
class _Trouble:
    """What went wrong in one round: errors of rows that are tried again, and how many rows were set apart."""

    failed: list[Exception] = field(default_factory=list)
    apart: int = 0


async def relay_forever(outbox: Outbox, publisher: Publisher, is_connected: Callable[[], bool]) -> None:
    """Publish what this process adds as soon as it is told; every `SWEEP_EVERY` look for what others left.

    Another process's note is taken where two sweeps have seen it: its own relay needs a moment; at once in an ordered
    outbox. Without a connection nothing is handed over: it would fill the client's buffer and be sent many times over.
    Cancelled, it marks what it has published first; else all who listen would hear it twice.
    """
    backoff = FIRST_BACKOFF
    swept, seen = 0.0, frozenset[int]()
    clock = asyncio.get_running_loop().time
    while True:
        # Not `wait_for`: in Python 3.11 it can swallow the cancellation that ends this loop.
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_EVERY.total_seconds()):
                await outbox.added.wait()
        outbox.added.clear()
        try:
            notes = await outbox.notes()
            due = outbox.own(notes)
            if clock() - swept >= SWEEP_EVERY.total_seconds():
                due += [note for note in notes if note not in due and note.batch in seen]
                swept, seen = clock(), frozenset(note.batch for note in notes)
                metrics.UNPUBLISHED.set(sum(note.size for note in notes))
            if is_connected():
                await finished(relay(due, outbox, publisher))
            backoff = FIRST_BACKOFF
        except Exception as error:  # a store that is away comes back; the rows wait
            log.warning("relay waits", error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(backoff.total_seconds())
            backoff = min(backoff * 2, LONGEST_BACKOFF)


async def relay_once(outbox: Outbox, publisher: Publisher) -> int:
    """Publish all that is in the outbox, whoever wrote it; the number of rows that are in the log now."""
    return await relay(await outbox.notes(), outbox, publisher)


async def relay_own(outbox: Outbox, publisher: Publisher) -> int:
    """Publish what is this process's to publish; the number of rows that are in the log now."""
    return await relay(outbox.own(await outbox.notes()), outbox, publisher)


async def relay(notes: Sequence[Note], outbox: Outbox, publisher: Publisher) -> int:
    """Publish what these notes name, in order, and mark what the server acknowledged; the number of such rows.

    Raises the first error where any row failed, when those that came through are marked. All have been tried then, but
    in an ordered outbox none that comes after it. What is refused for good is no such error.
    """
    done = 0
    trouble = _Trouble()
    for note in notes:
        apart_before = trouble.apart
        left = await _relay(note, outbox, publisher, trouble)
        if not left:
            await outbox.mark_published(note)
        elif len(left) < note.size:
            await outbox.mark_left(note, left)
        published = note.size - len(left) - (trouble.apart - apart_before)
        done += published
        metrics.RELAYED.inc(published)
        if left and outbox.ordered:
            break
    if trouble.failed:
        raise trouble.failed[0]
    return done


async def _relay(note: Note, outbox: Outbox, publisher: Publisher, trouble: _Trouble) -> list[int]:
    """The places of the note's rows that are still to come into the log; what went wrong is added to `trouble`."""
    left: list[int] = []
    window: list[Row] = []
    as_one = outbox.is_new(note)

    async def publish() -> None:
        if left and outbox.ordered:
            left.extend(row.place for row in window)
        elif window:
            left.extend(await _publish(window, outbox, publisher, as_one, trouble))
        window.clear()

    async for row in outbox.rows_of(note):
        window.append(row)
        if len(window) == WINDOW:
            await publish()
    await publish()
    return left


async def _publish(
    rows: Sequence[Row], outbox: Outbox, publisher: Publisher, as_one: bool, trouble: _Trouble
) -> list[int]:
    answers = await publisher.publish(rows, as_one=as_one)
    trouble.failed += answers.errors.values()
    await _set_apart([(rows[place], error) for place, error in answers.refused.items()], outbox)
    trouble.apart += len(answers.refused)
    crash_point(CrashPoint.RELAY_PUBLISHED)
    return [rows[place].place for place in sorted({*answers.errors, *answers.unsettled})]


async def _set_apart(refused: Sequence[tuple[Row, Exception]], outbox: Outbox) -> None:
    """Say it, and keep it for `dondoc deadletters`; the row itself stays in the outbox as it is."""
    for row, error in refused:
        reason = told(error)
        await outbox.set_apart(row.id, reason)
        log.error("dead letter", consumer=RELAY, event_id=row.id, subject=row.subject, reason=reason)
        metrics.HANDLED.labels(RELAY, "buried").inc()
