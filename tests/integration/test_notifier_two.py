"""Two notifiers at once, as processes, that are killed and stopped: what arrives at a real SMTP server."""

import asyncio
import os
import random
import signal
from contextlib import suppress
from datetime import date
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.supervisor import Supervisor
from shared.contracts.days import CalendarDay
from shared.contracts.plan import Agency
from shared.contracts.reminders import ReminderFailed
from tests.harness.postman import Postman, listening
from tests.harness.services import Processes
from tests.integration.test_notifier_service import log, publish, reminders, settled
from tests.unit.notifier.sample import COORDINATOR, assigned_event, key, plan

DAY = date(2023, 2, 27)  # a week that ends on 19 February is to be registered by the 24th
SHARED = 800  # the one that didn't decide looks once a second: by then the other has sent a hundred
AT_ONCE = 30  # mails that may be in doubt when a notifier is killed: on their way, or to be marked


class Counting(Postman):
    """Says when there are enough."""

    def __init__(self) -> None:
        super().__init__()
        self._enough: list[tuple[int, asyncio.Event]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        for count, event in self._enough:
            if len(self.taken) >= count:
                event.set()
        return answer

    async def has(self, count: int) -> None:
        """Return when so many mails were taken."""
        event = asyncio.Event()
        self._enough.append((count, event))
        if len(self.taken) < count:
            await event.wait()

    def by_id(self) -> dict[str, list[bytes]]:
        """Every copy of every mail that was taken."""
        found: dict[str, list[bytes]] = {}
        for envelope in self.taken:
            assert isinstance(envelope.content, bytes)
            found.setdefault(str(message_from_bytes(envelope.content)["Message-ID"]), []).append(envelope.content)
        return found


async def owe(js: JetStreamContext, count: int) -> None:
    """So many agencies owe one mail each on DAY."""
    names = [f"xa-{number:04}" for number in range(count)]
    agencies = [Agency(id=n, kind="xa", name=n, short_name=n, emails=(f"{n}@mau.example",)) for n in names]
    await publish(js, plan(agencies=(COORDINATOR, *agencies)))
    await publish(js, *(assigned_event(key("III.1-radio", name, "2023-W07")) for name in names))


def pid(supervisor: Supervisor) -> int:
    found = supervisor.services["notifier"].pid
    assert found is not None
    return found


async def test_two_share_the_work(
    js: JetStreamContext, nc: Client, processes: Processes, environ: dict[str, str]
) -> None:
    """Two notifiers both send more than a fifth, each mail goes out once, and each is told once."""
    postmen = (Counting(), Counting())
    async with listening(postmen[0]) as one, listening(postmen[1]) as other:
        await owe(js, SHARED)
        environ["DONDOC_SMTP_URL"] = one
        async with processes("notifier"):
            environ["DONDOC_SMTP_URL"] = other
            async with processes("notifier"):
                await publish(js, CalendarDay(date=DAY))
                await settled(nc, DAY)
    came = [name for postman in postmen for name in postman.by_id()]
    assert len(came) == len(set(came)) == sum(len(postman.taken) for postman in postmen) == SHARED
    assert all(len(postman.taken) > SHARED / 5 for postman in postmen)
    told = await reminders(js)
    assert sorted(event.message_id for event in told) == sorted(came)


async def test_killed_at_random(
    js: JetStreamContext,
    nc: Client,
    processes: Processes,
    environ: dict[str, str],
    pytestconfig: pytest.Config,
) -> None:
    """While notifiers are killed at random moments each mail goes out, twice only in the same bytes and only where a
    sender was killed in the middle of it, and the end of each is told once."""
    mails, kills = pytestconfig.getoption("mails"), pytestconfig.getoption("kills")
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    postman = Counting()
    async with listening(postman) as url:
        environ["DONDOC_SMTP_URL"] = url
        await owe(js, mails)
        async with processes("notifier") as one, processes("notifier") as two:
            await publish(js, CalendarDay(date=DAY))
            for at in sorted(chance.sample(range(1, mails), kills)):
                await postman.has(at)
                await asyncio.sleep(chance.random() / 50)  # anywhere in the next mails
                await kill(chance, one, two)
            await settled(nc, DAY)
    copies = postman.by_id()
    assert len(copies) == mails
    assert all(len(set(each)) == 1 for each in copies.values())
    assert max(len(each) for each in copies.values()) <= 2
    assert len(postman.taken) - mails <= kills * AT_ONCE
    sent = [event.message_id for event in await reminders(js)]
    failed = [event.message_id for _, event in [e async for e in log(js)] if isinstance(event, ReminderFailed)]
    # Who was killed twice over the same mail can't tell: it is told as failed, whether it arrived once or twice.
    assert sorted(sent + failed) == sorted(copies)
    assert len(failed) <= kills // 2 * AT_ONCE


async def kill(chance: random.Random, *supervisors: Supervisor) -> None:
    """Kill one that lives with no chance to say goodbye; its supervisor starts it again."""
    while True:
        for supervisor in chance.sample(supervisors, len(supervisors)):
            found = supervisor.services["notifier"].pid
            with suppress(ProcessLookupError):  # killed before, and its supervisor hasn't seen it yet
                if found is not None:
                    os.kill(found, signal.SIGKILL)
                    return
        await asyncio.sleep(0.01)


class Gate(Counting):
    """Answers to the first DATA when it may, to the others at once."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    async def before_text(self) -> None:
        self.reached.set()
        await self.open.wait()


async def test_stopped_for_longer_than_its_lease(
    js: JetStreamContext, nc: Client, processes: Processes, environ: dict[str, str]
) -> None:
    """A notifier that is stopped in the middle of a mail, until another one has sent it, breaks off without the final
    dot when it goes on: the mail arrives once and is told once."""
    postman = Gate()
    async with listening(postman) as url:
        environ["DONDOC_SMTP_URL"] = url
        await owe(js, 1)
        async with processes("notifier") as stopped:
            await publish(js, CalendarDay(date=DAY))
            await postman.reached.wait()
            os.kill(pid(stopped), signal.SIGSTOP)
            try:
                postman.open.set()
                async with processes("notifier"):
                    await postman.has(1)
                    await settled(nc, DAY)
                    os.kill(pid(stopped), signal.SIGCONT)
                    while not postman.transports[0].is_closing() and len(postman.taken) == 1:
                        await asyncio.sleep(0.01)
                    await settled(nc, DAY)
            finally:
                os.kill(pid(stopped), signal.SIGCONT)
    assert len(postman.taken) == 1
    assert len(await reminders(js)) == 1
