"""An officer who asks for reports all the while, whatever happens to the services, and keeps every answer."""

import asyncio
import hashlib
import random
from contextlib import suppress
from datetime import date, timedelta

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from deploy.log_reader import read_log
from shared.ask import NoAnswer, Refused, ask, request_body
from tests.faults.desk import REPORT_WITHIN, Desk
from tests.faults.faults.fault import Scene
from tests.faults.receipts import read_receipt
from tests.faults.sample_plan import PLAN
from tests.faults.told_reports import Asked

RECORDED = "dondoc.output.recorded."
ASK_EVERY = timedelta(milliseconds=400)
ANSWER_WITHIN = timedelta(seconds=20)
# Of ten questions; the others are for JSON.
DOCUMENTS = ("xlsx", "docx")
TODAYS = 5


class Asker:
    """`answers` are right or wrong, as the judge will find; `refused` says why there was none, and how often."""

    def __init__(self, nc: Client, desk: Desk, scene: Scene, rng: random.Random) -> None:
        self._nc, self._desk, self._scene, self._rng = nc, desk, scene, rng
        self.answers: list[Asked] = []
        self.refused: list[str] = []
        self._over: list[date] = []

    async def ask_on(self) -> None:
        """Until cancelled: now of today, now of a day that is over."""
        while True:
            today = self._desk.last_day
            if today is not None:
                day = self._rng.choice(self._over or [today])
                if self._rng.randrange(10) < TODAYS:
                    day = today
                await self._try(day, self._rng.choice([*DOCUMENTS, *["json"] * 8]) if day in self._over else "json")
            await asyncio.sleep(ASK_EVERY.total_seconds())

    def is_over(self, day: date) -> None:
        """All that was posted and reviewed on that day is settled: a report of it changes no more."""
        self._over.append(day)

    async def _try(self, day: date, wanted: str) -> None:
        over, losses = day in self._over, self._scene.lost
        try:
            logged = frozenset() if over else await self._logged()
            body = request_body(plan=PLAN, as_of=day.isoformat(), format=wanted)
            data = await ask(self._nc, "dondoc.reports.report", body, ANSWER_WITHIN)
        except (Refused, NoAnswer) as error:
            self.refused.append(str(error))
        except (NatsError, JetStreamError, TimeoutError) as error:
            self.refused.append(type(error).__name__)
        else:
            # What the log lost before the service read it, is put back later: the report can't know of it.
            if self._scene.losing or self._scene.lost != losses:
                logged = frozenset()
            kept = data if wanted == "json" else b""
            self.answers.append(Asked(day, wanted, _digest(data), kept, over, logged))

    async def _logged(self) -> frozenset[str]:
        """The keys of the outputs that the log holds."""
        js = self._nc.jetstream()
        return frozenset([read_receipt(msg.data).key async for msg in read_log(js) if msg.subject.startswith(RECORDED)])

    async def settle(self) -> list[Asked]:
        """The same questions once more, when all is calm: what each should have been answered with."""
        found = []
        for day, wanted in sorted({(one.day, one.format) for one in self.answers}):
            body = request_body(plan=PLAN, as_of=day.isoformat(), format=wanted)
            data = b""
            while not data:
                with suppress(Refused, NoAnswer, NatsError, TimeoutError):
                    data = await ask(self._nc, "dondoc.reports.report", body, REPORT_WITHIN)
            found.append(Asked(day, wanted, _digest(data), data if wanted == "json" else b"", over=True))
        return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
