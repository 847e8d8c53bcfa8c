"""Done to the connections of a service with a server."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from tests.faults.faults.fault import Scene


class How(StrEnum):
    """CUT: reset, and taken again at once. STALL: nothing moves. HALF_OPEN: the server's answers are lost. REFUSE:
    nobody listens."""

    CUT = "cut"
    STALL = "stall"
    HALF_OPEN = "half-open"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Link:
    """One service's connections with one server, for a while; healed after that."""

    service: str
    server: str
    how: How
    lasting: timedelta

    @property
    def name(self) -> str:
        return f"{self.how} {self.service}→{self.server}"

    @property
    def touches(self) -> frozenset[str]:
        return frozenset({self.service, self.server} if self.server == "smtp" else {self.service})

    async def strike(self, scene: Scene) -> None:
        proxy = scene.world.links[self.service, self.server]
        if self.how is How.CUT:
            proxy.cut()
            return
        {How.STALL: proxy.stall, How.HALF_OPEN: proxy.half_open, How.REFUSE: proxy.refuse}[self.how]()
        try:
            await asyncio.sleep(self.lasting.total_seconds())
        finally:
            proxy.heal()
