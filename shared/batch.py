"""Bulk pull: batches of a consumer's messages over one core subscription, the next asked for while one is written.

The framework's batch subscriber loses partial batches to a time-out and discards a whole batch for one bad message;
fetching one by one makes a task per message. So this loop is ours.
"""

import asyncio
import json
from collections import deque
from contextlib import suppress
from datetime import timedelta

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from shared.logs import logger
from shared.topology import Consumer

SIZE = 500
# Of a request: a message of the largest size among 500 mustn't become half a gigabyte.
REQUEST_BYTES = 16_000_000
EXPIRES = timedelta(seconds=5)
# After a request's own expiry the server has said so; silence beyond that means that the request was lost.
GRACE = timedelta(seconds=1)
LET_GO_WITHIN = timedelta(seconds=2)

# No messages; the request's time is over.
ORDINARY_ENDS = frozenset({"404", "408"})
# A 409 of a request that has got what it may get, by bytes or by messages.
FULL = frozenset({"Message Size Exceeds MaxBytes", "Batch Completed"})

log = logger(__name__)


class BulkPull:
    """Pulls from one durable consumer. At most 2 × `size` messages of 2 × `request_bytes` are held here."""

    def __init__(self, nc: Client, consumer: Consumer, size: int = SIZE, request_bytes: int = REQUEST_BYTES) -> None:
        self._nc = nc
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{consumer.stream}.{consumer.name}"
        self._consumer = consumer
        self._size = size
        self._request_bytes = request_bytes
        self._inbox = nc.new_inbox()
        self._waiting: deque[Msg] = deque()
        self._asked: dict[str, int] = {}
        self._requests = 0
        self._arrived = asyncio.Event()
        self._subscription: Subscription | None = None

    async def start(self) -> None:
        self._subscription = await self._nc.subscribe(
            f"{self._inbox}.*", cb=self._receive, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    async def next_batch(self) -> list[Msg]:
        """The next messages, one at least and `size` at most, in the order in which the server sent them."""
        while True:
            if not self._waiting:
                self._arrived.clear()
                await self._ask()
                try:
                    # Not `wait_for`: in Python 3.11 it can swallow a cancellation, and the loop above would go on.
                    async with asyncio.timeout((EXPIRES + GRACE).total_seconds()):
                        await self._arrived.wait()
                except TimeoutError:
                    self._asked.clear()
                continue
            count = min(self._size, len(self._waiting))
            await self._ask(less=count)  # before anything is taken out: where it fails, nothing is lost
            return [self._waiting.popleft() for _ in range(count)]

    async def stop(self) -> None:
        """Ask for no more, and give back what was not handed out, so that it comes again at once."""
        if self._subscription is not None:
            # With what the server has sent meanwhile, where there is one.
            drained = self._subscription.drain()  # type: ignore[no-untyped-call]
            with suppress(NatsError, TimeoutError):
                await asyncio.wait_for(drained, LET_GO_WITHIN.total_seconds())
        while self._waiting:
            await self._waiting.popleft().nak()

    async def _ask(self, less: int = 0) -> None:
        if sum(self._asked.values()) + len(self._waiting) - less >= self._size:
            return
        self._requests += 1
        reply = f"{self._inbox}.{self._requests}"
        self._asked[reply] = self._size
        order = {
            "batch": self._size,
            "max_bytes": self._request_bytes,
            "expires": int(EXPIRES.total_seconds() * 1e9),
        }
        try:
            await self._nc.publish(self._subject, json.dumps(order).encode(), reply=reply)
        except BaseException:
            self._asked.pop(reply, None)
            raise

    async def _receive(self, msg: Msg) -> None:
        status = (msg.headers or {}).get("Status") if not msg.reply else None
        if status is not None:
            self._ended(msg, status)
            return
        self._waiting.append(msg)
        # The server fills requests in the order in which it got them.
        for reply in self._asked:
            self._asked[reply] -= 1
            if self._asked[reply] <= 0:
                del self._asked[reply]
            break
        self._arrived.set()

    def _ended(self, msg: Msg, status: str) -> None:
        self._asked.pop(msg.subject, None)
        why = (msg.headers or {}).get("Description", "nobody answers for the consumer")
        if status not in ORDINARY_ENDS and why not in FULL:
            # The consumer is gone: asked again at once the server would say the same, thousands of times a second.
            log.warning("pull ended", consumer=self._consumer.name, why=why)
        elif not self._asked and not self._waiting:
            self._arrived.set()
