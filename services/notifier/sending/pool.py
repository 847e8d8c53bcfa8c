"""Connections to the mail server that are kept: mails go out over them side by side, one after another on each."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from services.notifier.letters.mail import Begin, Envelope, MayEnd, Outcome
from services.notifier.sending.courier import Courier

# Servers drop who is silent: Postfix after 5 minutes, others sooner. A new connection costs less than a lost one.
IDLE = timedelta(seconds=30)


class Pool:
    """`size` couriers, which `make` makes. The one that came home last goes out first, so that the others can rest."""

    def __init__(self, make: Callable[[], Courier], size: int) -> None:
        self._free: asyncio.LifoQueue[Courier] = asyncio.LifoQueue()
        self._couriers = [make() for _ in range(size)]
        for courier in self._couriers:
            self._free.put_nowait(courier)

    async def send(self, envelope: Envelope, begin: Begin, may_end: MayEnd) -> Outcome | None:
        """See `Courier.send`; waits for a courier that is free."""
        courier = await self._free.get()
        try:
            return await courier.send(envelope, begin, may_end)
        finally:
            self._free.put_nowait(courier)

    async def rest(self) -> None:
        """Take leave on connections over which nothing went for IDLE."""
        resting = [self._free.get_nowait() for _ in range(self._free.qsize())]
        try:
            await asyncio.gather(*(courier.rest(IDLE) for courier in resting))
        finally:
            for courier in reversed(resting):
                self._free.put_nowait(courier)

    async def close(self) -> None:
        """Take leave of the server."""
        await asyncio.gather(*(courier.close() for courier in self._couriers))
