"""Delivery: acknowledge after the work is committed; retry with backoff; bury what fails too often.

A middleware of FastStream's, for subscribers whose own ack policy is MANUAL. `Duplicator` runs every handler twice
on every message, which proves that handlers are idempotent.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from faststream import BaseMiddleware
from faststream.message import StreamMessage
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from pydantic import ValidationError

from shared import deadletters, metrics
from shared.contracts.envelope import EnvelopeError
from shared.logs import logger
from shared.mongo import Unavailable
from shared.outcomes import Rejected, Retry
from shared.topology import Consumer

MAX_FAILURES = 8
FIRST_BACKOFF = timedelta(seconds=1)
LONGEST_BACKOFF = timedelta(minutes=1)
UNAVAILABLE_BACKOFF = timedelta(seconds=2)
_REMEMBERED = 10_000

Next = Callable[[Any], Awaitable[Any]]
log = logger(__name__)


class Policy:
    """What to do with a message when its handler has ended, and the failures counted so far in this process."""

    def __init__(self, js: JetStreamContext, consumer: Consumer) -> None:
        self._js = js
        self._consumer = consumer
        self._failures: OrderedDict[int, int] = OrderedDict()

    async def run(self, msg: Msg, work: Callable[[], Awaitable[Any]]) -> Any:
        """Do the work, then acknowledge; or ask for the message again, or bury it."""
        name = self._consumer.name
        try:
            result = await work()
        except Retry as retry:
            log.info("retry", consumer=name, why=retry.why, after=retry.after.total_seconds())
            await self._again(msg, retry.after)
        except (Rejected, EnvelopeError, ValidationError) as error:
            await self._bury(msg, str(error))
        except (*Unavailable, NatsError, TimeoutError) as error:
            log.warning("unavailable", consumer=name, error=str(error)[:300])
            await self._again(msg, UNAVAILABLE_BACKOFF)
        except Exception as error:
            await self._failed(msg, error)
        else:
            self._failures.pop(msg.metadata.sequence.stream, None)
            await msg.ack()
            metrics.HANDLED.labels(name, "done").inc()
            return result
        return None

    async def _failed(self, msg: Msg, error: Exception) -> None:
        sequence = msg.metadata.sequence.stream
        failures = self._failures[sequence] = self._failures.pop(sequence, 0) + 1
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
        log.exception("failed", consumer=self._consumer.name, sequence=sequence, failures=failures)
        if failures >= MAX_FAILURES:
            await self._bury(msg, f"failed {failures} times: {type(error).__name__}: {error}")
        else:
            await self._again(msg, min(FIRST_BACKOFF * 2 ** (failures - 1), LONGEST_BACKOFF))

    async def _again(self, msg: Msg, after: timedelta) -> None:
        metrics.HANDLED.labels(self._consumer.name, "retried").inc()
        await msg.nak(delay=after.total_seconds())

    async def _bury(self, msg: Msg, reason: str) -> None:
        log.error("dead letter", consumer=self._consumer.name, subject=msg.subject, reason=reason)
        await deadletters.bury(self._js, msg, self._consumer, reason)
        await msg.term()
        metrics.HANDLED.labels(self._consumer.name, "buried").inc()


def delivery_middleware(policies: Mapping[str, Policy]) -> type[BaseMiddleware[Any, Any]]:
    """The middleware that applies to each message the policy of its consumer, by the consumer's name."""

    class Delivery(BaseMiddleware[Any, Any]):
        async def consume_scope(self, call_next: Next, msg: StreamMessage[Any]) -> Any:
            policy = policies[msg.raw_message.metadata.consumer]
            return await policy.run(msg.raw_message, lambda: call_next(msg))

    return Delivery


class Duplicator(BaseMiddleware[Any, Any]):
    """Runs every handler twice on every message."""

    async def consume_scope(self, call_next: Next, msg: StreamMessage[Any]) -> Any:
        await call_next(msg)
        return await call_next(msg)
