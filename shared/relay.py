"""The relay: publishes the outbox to the log, then marks the rows. A sweep finds what a crash left."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from nats.js import JetStreamContext
from nats.js.api import Header, PubAck
from nats.js.errors import APIError

from shared import metrics, topology
from shared.crashpoints import CrashPoint, crash_point
from shared.logs import logger
from shared.mongo import PyMongoError
from shared.outbox import Outbox, Row

BATCH = 500
SWEEP_EVERY = timedelta(seconds=1)
ACK_WITHIN = timedelta(seconds=10)
FIRST_BACKOFF = timedelta(milliseconds=500)
LONGEST_BACKOFF = timedelta(seconds=30)
# The subject must hold one message ever and holds one: somebody else said the same.
WRONG_LAST_SEQUENCE = 10071

log = logger(__name__)


async def relay_forever(outbox: Outbox, js: JetStreamContext, is_connected: Callable[[], bool]) -> None:
    """Publish what the outbox holds as soon as it is told, and look by itself every `SWEEP_EVERY`.

    Without a connection nothing is handed over: it would fill the client's buffer and be sent many times over.
    """
    backoff = FIRST_BACKOFF
    while True:
        # Not `wait_for`: in Python 3.11 it can swallow the cancellation that ends this loop.
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_EVERY.total_seconds()):
                await outbox.added.wait()
        outbox.added.clear()
        if not is_connected():
            with suppress(PyMongoError):
                metrics.UNPUBLISHED.set(await outbox.count_unpublished())
            continue
        try:
            while await relay_once(outbox, js):
                backoff = FIRST_BACKOFF
        except Exception as error:  # a store that is away comes back; the rows wait
            log.warning("relay waits", error=f"{type(error).__name__}: {error}"[:300])
            await asyncio.sleep(backoff.total_seconds())
            backoff = min(backoff * 2, LONGEST_BACKOFF)


async def relay_once(outbox: Outbox, js: JetStreamContext) -> int:
    """Publish one batch in order and mark what the server acknowledged; the number of rows marked.

    Raises the first error where any row failed; rows that did not are marked all the same.
    """
    rows = await outbox.unpublished(BATCH)
    if not rows:
        metrics.UNPUBLISHED.set(0)
        return 0
    # Tasks begin in the order of the rows, and each hands its row to the connection before it waits for anything.
    results = await asyncio.gather(*(publish(js, row) for row in rows), return_exceptions=True)
    done = [row.id for row, result in zip(rows, results, strict=True) if _stored(result)]
    if done:
        crash_point(CrashPoint.RELAY_PUBLISHED)
        await outbox.mark_published(done)
        metrics.RELAYED.inc(len(done))
    for result in results:
        if isinstance(result, BaseException) and not _stored(result):
            metrics.UNPUBLISHED.set(await outbox.count_unpublished())
            raise result
    return len(done)


async def publish(js: JetStreamContext, row: Row) -> PubAck:
    """Publish one row and wait until the log holds it.

    Not the client's `publish_async`: that one never tells of a refusal with code 400, so its caller waits in vain.
    """
    headers = {**row.headers, Header.MSG_ID: row.id}
    within = ACK_WITHIN.total_seconds()
    return await js.publish(row.subject, row.body, stream=topology.EVENTS, headers=headers, timeout=within)


def _stored(result: object) -> bool:
    if isinstance(result, APIError):
        return result.err_code == WRONG_LAST_SEQUENCE
    return not isinstance(result, BaseException)
