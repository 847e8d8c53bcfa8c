"""Driving a year: publish a day, let everything that hangs on it happen, then post that day's events."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from deploy.demo.events import Decide, Post, Review, Step
from deploy.demo.sample_year import Year
from deploy.poster import Poster
from shared import topology
from shared.ask import NoAnswer, Refused, ask, request_body
from shared.settings import HTTP_PORTS

# A service that was killed is started again and gets its messages back after their ack wait.
SERVICE_BACK_WITHIN = timedelta(seconds=60)
ANSWER_WITHIN = timedelta(seconds=20)
TRY_AGAIN = timedelta(milliseconds=200)
POLL = timedelta(milliseconds=3)


class Driver:
    """Walks through a year on running services; what it saw stands in `tally`."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._js = nc.jetstream()
        self.tally: Counter[str] = Counter()
        self._heard: set[str] = set()
        self._outputs: dict[Post, str] = {}

    async def publish_plan(self, source: bytes) -> None:
        await self.ask("assignments", "publish_plan", source)
        await self.settle()

    async def days(self, year: Year) -> AsyncIterator[date]:
        """Yields each day when all that belongs to it has happened."""
        async with Poster(self._nc) as poster:
            day = year.first
            while day <= year.last:
                await self.ask("assignments", "publish_day", request_body(date=day.isoformat()))
                await self.settle(day)
                for step in year.steps.get(day, []):
                    await self._do(step, poster)
                yield day
                day += timedelta(days=1)
            await self.settle()

    async def settle(self, day: date | None = None) -> None:
        """Return when the log holds the day, every consumer has read everything, and no mail or event waits."""
        while not await self._settled(day):  # noqa: ASYNC110 - other processes settle
            await asyncio.sleep(POLL.total_seconds())

    async def _settled(self, day: date | None) -> bool:
        if day is not None and not await self._in_log(f"dondoc.calendar.day.{day}"):
            return False
        return await self._read() and await self._sent() and await self._relayed() and await self._read()

    async def _do(self, step: Step, poster: Poster) -> None:
        match step:
            case Decide():
                await self.ask("assignments", step.endpoint, request_body(**step.fields))
                await self.settle()
                self.tally["decisions"] += 1
            case Review():
                await self.ask("submissions", "review", request_body(output=self._outputs[step.post], **step.fields))
                await self.settle()
                self.tally["reviews"] += 1
            case Post():
                receipt = await poster.post(step.agency, step.body, SERVICE_BACK_WITHIN)
                if receipt["id"] in self._heard:
                    self.tally["repeated"] += 1
                    return
                self._heard.add(receipt["id"])
                recorded = receipt["type"].endswith("recorded.v1")
                self.tally["recorded" if recorded else "rejected"] += 1
                if recorded:
                    self._outputs[step] = receipt["data"]["output"]
                for flag in receipt["data"].get("flags", ()):
                    self.tally[f"flag {flag}"] += 1

    async def ask(self, service: str, endpoint: str, payload: bytes) -> bytes:
        """Ask, and again where the service is just being started again; every command can be repeated safely."""
        deadline = asyncio.get_running_loop().time() + SERVICE_BACK_WITHIN.total_seconds()
        while True:
            try:
                return await ask(self._nc, f"dondoc.{service}.{endpoint}", payload, ANSWER_WITHIN)
            except (NoAnswer, Refused) as trouble:
                wrong_request = isinstance(trouble, Refused) and trouble.code == "400"
                if wrong_request or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(TRY_AGAIN.total_seconds())

    async def _in_log(self, subject: str) -> bool:
        try:
            await self._js.get_last_msg(topology.EVENTS, subject)
        except (APIError, NatsError):  # not yet, or a server that doesn't answer just now: asked again
            return False
        return True

    async def _read(self) -> bool:
        for consumer in topology.CONSUMERS:
            try:
                info = await self._js.consumer_info(consumer.stream, consumer.name)
            except (APIError, NatsError):
                return False
            if info.num_pending or info.num_ack_pending:
                return False
        return True

    async def _sent(self) -> bool:
        queue = json.loads(await self.ask("notifier", "queue", b""))
        self.tally["mails"] = queue["sent"]
        self.tally["mails failed"] = queue["failed"]
        return not queue["pending"]

    async def _relayed(self) -> bool:
        for service in HTTP_PORTS:
            if json.loads(await self.ask(service, "pending", b""))["unpublished"]:
                return False
        return True
