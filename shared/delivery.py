"""Delivery: acknowledge after the work is committed; retry with backoff; bury what fails too often.

A middleware of FastStream's, for subscribers whose own ack policy is MANUAL. `Duplicator` runs every handler twice
on every message, which proves that handlers are idempotent.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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

_REMEMBERED = 10_000

# Something that is needed is away or not there yet: no fault of the message, so it is never buried for that.
NOT_NOW = (Retry, *Unavailable, NatsError, TimeoutError)

Next = Callable[[Any], Awaitable[Any]]
log = logger(__name__)


@dataclass(frozen=True)
class Limits:
    """How often a handler may fail, and the pauses before a message comes again: after a failure twice the last,
    from `first_backoff` to `longest_backoff`; where a store is away always `unavailable_backoff`."""

    failures: int = 8
    first_backoff: timedelta = timedelta(seconds=1)
    longest_backoff: timedelta = timedelta(minutes=1)
    unavailable_backoff: timedelta = timedelta(seconds=2)

    def backoff(self, failures: int) -> timedelta:
        """The pause after so many failures, from 1."""
        doublings = min(failures - 1, 30)  # far beyond any pause, and no number too large for a timedelta
        return min(self.first_backoff * (1 << doublings), self.longest_backoff)


# A message by its place and moment: in a stream that was made anew the place alone is another's.
_Stored = tuple[int, datetime]


def _stored(msg: Msg) -> _Stored:
    return msg.metadata.sequence.stream, msg.metadata.timestamp


class Policy:
    """What to do with a message when its handler has ended, and the failures counted so far in this process."""

    def __init__(self, js: JetStreamContext, consumer: Consumer, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._js = js
        self._consumer = consumer
        self._failures: OrderedDict[_Stored, int] = OrderedDict()

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
            await self._again(msg, self._limits.unavailable_backoff)
        except Exception as error:
            await self._failed(msg, error)
        else:
            self._failures.pop(_stored(msg), None)
            await msg.ack()
            metrics.HANDLED.labels(name, "done").inc()
            return result
        return None

    async def _failed(self, msg: Msg, error: Exception) -> None:
        stored = _stored(msg)
        failures = self._failures[stored] = self._failures.pop(stored, 0) + 1
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
        log.exception("failed", consumer=self._consumer.name, sequence=stored[0], failures=failures)
        if failures >= self._limits.failures:
            await self._bury(msg, f"failed {failures} times: {type(error).__name__}: {error}")
        else:
            await self._again(msg, self._limits.backoff(failures))

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
