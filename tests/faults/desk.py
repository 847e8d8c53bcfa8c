"""The coordinator's desk in a round: publishes plan and days, waits until all is settled, asks for the report."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, timedelta

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from shared import topology
from shared.ask import NoAnswer, Refused, ask, request_body
from shared.settings import HTTP_PORTS
from tests.faults.sample_plan import PLAN

ANSWER_WITHIN = timedelta(seconds=5)
REPORT_WITHIN = timedelta(seconds=60)  # thousands of lines, on a busy machine
AGAIN_AFTER = timedelta(milliseconds=300)
LOOK_EVERY = timedelta(milliseconds=100)


class Desk:
    """Asks until it is answered: every command can be repeated."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._js = nc.jetstream(timeout=ANSWER_WITHIN.total_seconds())
        self.last_day: date | None = None

    async def publish_plan(self, source: bytes) -> None:
        await self.ask("assignments", "publish_plan", source)

    async def publish_day(self, day: date) -> None:
        """Return when the log holds it."""
        await self.ask("assignments", "publish_day", request_body(date=day.isoformat()))
        self.last_day = day
        await self._until(lambda: self._in_log(day))

    async def settled(self) -> None:
        """Return when everybody has read all that the log holds, and no event and no mail waits."""
        await self._until(self._is_settled)

    async def mailed(self) -> None:
        """Return when the last day's mails have come to their end."""
        await self._until(self._sent)

    async def report(self) -> bytes:
        """The consolidated report as of the last day, as JSON."""
        body = request_body(plan=PLAN, as_of=str(self.last_day), format="json")
        return await self.ask("reports", "report", body, REPORT_WITHIN)

    async def ask(self, service: str, endpoint: str, payload: bytes, within: timedelta = ANSWER_WITHIN) -> bytes:
        """The answer, whenever there is one. Raises Refused for a wrong question."""
        while True:
            try:
                return await ask(self._nc, f"dondoc.{service}.{endpoint}", payload, within)
            except Refused as refusal:
                if refusal.code == "400":
                    raise
            except (NoAnswer, NatsError, TimeoutError):
                pass
            await asyncio.sleep(AGAIN_AFTER.total_seconds())

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        while True:
            with suppress(NatsError, TimeoutError, NoAnswer, Refused):
                if await holds():
                    return
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def _in_log(self, day: date) -> bool:
        try:
            await self._js.get_last_msg(topology.EVENTS, f"dondoc.calendar.day.{day}")
        except NotFoundError:
            return False
        return True

    async def idle(self) -> bool:
        """Whether everybody has read all that the streams hold, and nothing waits to be published."""
        return await self._read() and await self._relayed() and await self._read()

    async def _is_settled(self) -> bool:
        return await self._sent() and await self.idle()

    async def _read(self) -> bool:
        for consumer in topology.CONSUMERS:
            info = await self._js.consumer_info(consumer.stream, consumer.name)
            if info.num_pending or info.num_ack_pending:
                return False
        return True

    async def _relayed(self) -> bool:
        for service in HTTP_PORTS:
            if json.loads(await ask(self._nc, f"dondoc.{service}.pending", b"", ANSWER_WITHIN))["unpublished"]:
                return False
        return True

    async def _sent(self) -> bool:
        queue = json.loads(await ask(self._nc, "dondoc.notifier.queue", b"", ANSWER_WITHIN))
        behind = self.last_day is not None and queue["day"] != self.last_day.isoformat()
        return not (behind or queue["pending"] or queue["unpublished"])
