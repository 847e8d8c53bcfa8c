"""Handling in batches, on a real server: one commit a batch, and one fault stays one."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeout
from nats.js import JetStreamContext
from pymongo.errors import AutoReconnect

from shared import deadletters
from shared.batches import Work, handle_batch, handle_batches
from shared.delivery import Limits, Policy
from shared.outcomes import Rejected, Retry
from shared.topology import SUBMISSIONS_INTAKE as CONSUMER
from tests.integration.log import handled

SOON = timedelta(milliseconds=1)
QUICK = Limits(failures=3, first_backoff=SOON, longest_backoff=SOON, unavailable_backoff=SOON)


class Worker:
    """Keeps what it was handed and came through; a batch that holds one of `faults` fails with that error."""

    def __init__(self, **faults: Exception) -> None:
        self.done: list[list[str]] = []
        self._faults = faults

    async def __call__(self, batch: Sequence[Msg]) -> None:
        names = [msg.data.decode() for msg in batch]
        for name in names:
            if name in self._faults:
                raise self._faults[name]
        self.done.append(names)

    def came_through(self) -> list[str]:
        return sorted(name for batch in self.done for name in batch)


async def _posted(js: JetStreamContext, *names: str) -> list[Msg]:
    """The messages, fetched as one batch."""
    for name in names:
        await js.publish("dondoc.intake.a", name.encode())
    bound = await js.pull_subscribe_bind(CONSUMER.name, CONSUMER.stream)
    return await bound.fetch(len(names))


async def _run(nc: Client, js: JetStreamContext, work: Work) -> asyncio.Task[None]:
    return asyncio.create_task(handle_batches(nc, CONSUMER, Policy(js, CONSUMER, QUICK), work))


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_batch_is_handled_at_once_and_acknowledged(js: JetStreamContext) -> None:
    """One call for all of it; then nothing is left in the stream."""
    worker = Worker()
    await handle_batch(await _posted(js, "a", "b", "c"), CONSUMER, Policy(js, CONSUMER), worker)
    assert worker.done == [["a", "b", "c"]]
    await handled(js, CONSUMER)


@pytest.mark.parametrize("fault", [Rejected("no"), RuntimeError("boom"), ValueError("boom")])
async def test_one_fault_stays_one(nc: Client, js: JetStreamContext, fault: Exception) -> None:
    """Where a batch fails each message is tried alone: the neighbours come through, the fault becomes a dead letter."""
    worker = Worker(b=fault)
    await handle_batch(await _posted(js, "a", "b", "c"), CONSUMER, Policy(js, CONSUMER, QUICK), worker)
    assert worker.came_through() == ["a", "c"]
    task = await _run(nc, js, worker)
    await handled(js, CONSUMER)
    await _stop(task)
    assert worker.came_through() == ["a", "c"]
    (letter,) = await deadletters.list_all(js)
    assert letter.body == b"b"


@pytest.mark.parametrize("not_now", [Retry(SOON, "the copy lags"), NatsTimeout(), AutoReconnect(), TimeoutError()])
async def test_what_is_away_brings_the_whole_batch_again(nc: Client, js: JetStreamContext, not_now: Exception) -> None:
    """However often: when it is back every message is handled, and none was buried."""
    tries = 0
    worker = Worker()

    async def work(batch: list[Msg]) -> None:
        nonlocal tries
        tries += 1
        if tries <= 10:
            raise not_now
        await worker(batch)

    await handle_batch(await _posted(js, "a", "b", "c"), CONSUMER, Policy(js, CONSUMER, QUICK), work)
    task = await _run(nc, js, work)
    await handled(js, CONSUMER)
    await _stop(task)
    assert worker.came_through() == ["a", "b", "c"]
    assert await deadletters.list_all(js) == []


async def test_stopping_finishes_the_batch_in_hand(nc: Client, js: JetStreamContext) -> None:
    """What was begun is committed and acknowledged, so that nothing that was done is delivered again."""
    began, go_on, worker = asyncio.Event(), asyncio.Event(), Worker()

    async def work(batch: list[Msg]) -> None:
        began.set()
        await go_on.wait()
        await worker(batch)

    task = await _run(nc, js, work)
    await js.publish("dondoc.intake.a", b"a")
    await began.wait()
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert worker.done == [["a"]]
    await handled(js, CONSUMER)
    assert json.loads((await nc.request("$JS.API.STREAM.INFO.INTAKE")).data)["state"]["messages"] == 0
