"""A clock that jumps, a slow mail server, deliveries that come again and out of order."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import nats
from nats.errors import Error as NatsError
from nats.js.api import Header

from deploy.log_reader import read_log
from shared import topology
from shared.deadletters import REPLAYED
from tests.faults import clocks, smtp
from tests.faults.faults.fault import Scene

NAK_FOR = timedelta(seconds=1)


@dataclass(frozen=True)
class ClockJump:
    """The wall clock of a service is so far away for a while, then right again."""

    service: str
    away: timedelta
    lasting: timedelta

    @property
    def name(self) -> str:
        return f"clock {self.away.total_seconds() / 3600:+.0f} h {self.service}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({self.service})

    async def strike(self, scene: Scene) -> None:
        control = scene.world.controls[self.service]
        clocks.jump(control, self.away)
        try:
            await asyncio.sleep(self.lasting.total_seconds())
        finally:
            clocks.jump(control, timedelta())


@dataclass(frozen=True)
class SlowMail:
    """The mail server thinks before each answer, and longer after the text."""

    command: float
    text: float
    lasting: timedelta

    @property
    def name(self) -> str:
        return "slow smtp"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({"smtp"})

    async def strike(self, scene: Scene) -> None:
        control = scene.world.folder / "smtp.control"
        smtp.behave(control, smtp.Manners(command=self.command, before_keeping=self.text, after_keeping=self.text))
        try:
            await asyncio.sleep(self.lasting.total_seconds())
        finally:
            smtp.behave(control, smtp.Manners())


@dataclass(frozen=True)
class Again:
    """Messages of the log and of the intake are stored a second time, in another order, and others are taken from the
    services' consumers and given back later."""

    seed: int
    most: int = 100

    @property
    def name(self) -> str:
        return "delivered again"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset()

    async def strike(self, scene: Scene) -> None:
        rng = random.Random(self.seed)
        nc = await nats.connect(scene.world.nats_url)
        with suppress(NatsError, TimeoutError):
            js = nc.jetstream()
            for consumer in topology.CONSUMERS:
                subscription = await js.pull_subscribe_bind(consumer.name, consumer.stream)
                with suppress(NatsError, TimeoutError):
                    for msg in await subscription.fetch(min(self.most, consumer.in_flight), timeout=1):
                        await msg.nak(delay=NAK_FOR.total_seconds())
            held = [msg async for msg in read_log(js)]
            for msg in rng.sample(held, min(self.most, len(held))):
                headers = {Header.MSG_ID.value: f"{REPLAYED}{self.seed}-{msg.metadata.sequence.stream}"}
                await js.publish(msg.subject, msg.data, headers=headers)
        await nc.close()
