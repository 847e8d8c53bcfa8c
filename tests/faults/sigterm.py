"""SIGTERM under load, over and over: how each service ends, and whether anything that was done comes again.

`python -m tests.faults.sigterm --times 50` prints the figures and judges them by its exit code.
"""

import argparse
import asyncio
import math
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta

from deploy.servers.ports import free_port
from deploy.supervisor import SERVICES
from shared import topology
from shared.topology import Consumer
from tests.faults.slow_mail import SlowMail, slow_mail
from tests.faults.stage import DAY, OUTPUT, Stage, asked, stage, turn
from tests.harness.integrator import Integrator, Journal, posting
from tests.integration.service_process import ServiceProcess, running
from tests.integration.until import until

EXIT_WITHIN_SECONDS = 15.0
OTHERS = ("notifier", "reports", "assignments")
OTHERS_EVERY = 5  # stops of submissions, between two of the other services
DECIDED_WITHIN_SECONDS = 240  # the notifier reads the whole plan and all receipts first, one by one
MAIL_SECONDS = 2.0
STUCK_MAIL_SECONDS = 30.0  # longer than a service may take to stop
PAUSE = timedelta(milliseconds=300)  # of four tasks: what the notifier, which takes events one by one, can follow
MOST_RECEIPTS = 30


@dataclass(frozen=True)
class Stop:
    """One SIGTERM and what came of it."""

    service: str
    code: int
    seconds: float
    trouble: bool  # a traceback or an error in what it said


@dataclass
class Outcome:
    """`uncertain` is how many stops came while a mail server kept a text longer than a service may wait."""

    stops: list[Stop] = field(default_factory=list)
    journal: Journal = field(default_factory=Journal)
    mail: SlowMail = field(default_factory=lambda: SlowMail(0))
    uncertain: int = 0
    recorded: int = 0

    def faults(self) -> list[str]:
        """What is wrong whatever the machine's speed, a line each."""
        found = [f"{s.service} ended with {s.code}" for s in self.stops if s.code != 0]
        found += [f"{s.service} said that something was wrong" for s in self.stops if s.trouble]
        journal = self.journal
        if len(journal.acked) != len(journal.posted):
            found.append(f"{len(journal.posted) - len(journal.acked)} posts were not acknowledged")
        if journal.unanswered:
            found.append(f"{len(journal.unanswered)} events have no receipt")
        if journal.again:
            found.append(f"{journal.again.total()} events that were done were delivered again")
        if twice := sum(count - 1 for count in journal.relayed.values()):
            found.append(f"{twice} receipts were published twice")
        if self.recorded != len(journal.acked):
            found.append(f"{self.recorded} receipts in the log for {len(journal.acked)} events")
        if len(self.mail.doubled) > self.uncertain:
            found.append(f"{len(self.mail.doubled)} mails came twice, {self.uncertain} may")
        if any(len(copies) > 2 or len(set(copies)) > 1 for copies in self.mail.doubled.values()):
            found.append("a mail came again with other bytes, or a third time")
        return found


async def stop_repeatedly(
    times: int, seed: int, say: Callable[[str], None], others_every: int = OTHERS_EVERY
) -> Outcome:
    """Stop submissions so often, and each of the others after every `others_every` of these, under posted events."""
    chance = random.Random(seed)
    outcome = Outcome()
    async with AsyncExitStack() as stack:
        outcome.mail, smtp_url = await stack.enter_async_context(slow_mail(MAIL_SECONDS))
        on = await stack.enter_async_context(stage(smtp_url))
        house = House(on, stack)
        await house.start(*SERVICES)
        await on.begin()
        integrator = await stack.enter_async_context(posting(on.environ["DONDOC_NATS_URL"], OUTPUT, pause=PAUSE))
        outcome.journal = integrator.journal
        for number in range(1, times + 1):
            await _answers(integrator, chance.randrange(1, MOST_RECEIPTS))
            outcome.stops.append(await house.stop("submissions"))
            await house.start("submissions")
            if number % others_every == 0:
                outcome.stops += await _stop_others(house, outcome, number // others_every)
            last = ", ".join(f"{s.service} {s.seconds:.2f} s" for s in outcome.stops[-4:])
            say(f"{number}: {last}; {len(integrator.journal.heard)} answered, {integrator.journal.again.total()} again")
        integrator.stop()
        await _settled(on, integrator.journal)
        stored = await on.nc.jetstream().stream_info(topology.EVENTS, subjects_filter="dondoc.output.*.*")
        outcome.recorded = sum((stored.state.subjects or {}).values())
        outcome.stops += [await house.stop(name) for name in SERVICES]
    return outcome


async def _stop_others(house: "House", outcome: Outcome, turns: int) -> list[Stop]:
    """Bring the notifier in the middle of a mail, then stop the others one by one."""
    mail = outcome.mail
    stuck = turns % 2 == 0
    mail.think_seconds = STUCK_MAIL_SECONDS if stuck else MAIL_SECONDS
    await _turn_until_mailed(house, mail)
    outcome.uncertain += stuck
    stops = [await house.stop(name) for name in OTHERS]
    mail.think_seconds = 0.02  # what is left goes quickly
    await house.start(*OTHERS)
    return stops


async def _turn_until_mailed(house: "House", mail: SlowMail) -> None:
    """Turn days until one of them brings a mail, and return when the mail server has its text in hand."""
    queue = await asked(house.on.nc, "notifier", "queue")
    while not queue["pending"]:
        house.day += timedelta(days=1)
        await turn(house.on.nc, str(house.day))
        async with asyncio.timeout(DECIDED_WITHIN_SECONDS):
            while (queue := await asked(house.on.nc, "notifier", "queue"))["day"] != str(house.day):
                await asyncio.sleep(0.05)
    await asyncio.wait_for(mail.busy.wait(), DECIDED_WITHIN_SECONDS)


async def _answers(integrator: Integrator, count: int) -> None:
    """Return when so many more events are answered: a moment in the middle of the work."""
    before = len(integrator.journal.heard)

    async def more() -> bool:
        return len(integrator.journal.heard) >= before + count

    await until(more, f"{count} more events are answered")


async def _settled(on: Stage, journal: Journal) -> None:
    async def answered() -> bool:
        return not journal.unanswered

    async def sent() -> bool:
        return not (await asked(on.nc, "notifier", "queue"))["pending"]

    await until(answered, "every event is answered")
    for consumer in topology.CONSUMERS:
        await _read_by(consumer, on)
    await until(sent, "every mail is sent")


async def _read_by(consumer: Consumer, on: Stage) -> None:
    """Return when the consumer has handled everything; fails where it stands still, however far it has to go."""
    js = on.nc.jetstream()
    left = math.inf
    while left:
        before = left

        async def goes_on() -> bool:
            nonlocal left
            info = await js.consumer_info(consumer.stream, consumer.name)
            left = (info.num_pending or 0) + (info.num_ack_pending or 0)
            return left < before or not left  # noqa: B023 - called before the next turn of the loop

        await until(goes_on, f"{consumer.name} goes on; {left} are left")


class House:
    """The services as processes that nobody starts again but the test."""

    def __init__(self, on: Stage, stack: AsyncExitStack) -> None:
        self.on = on
        self.day = date.fromisoformat(DAY)
        self._stack = stack
        self._up: dict[str, ServiceProcess] = {}

    async def start(self, *names: str) -> None:
        """Start them, one after the other is ready."""
        for name in names:
            self._up[name] = await self._stack.enter_async_context(running(name, self.on.environ, free_port(0)))
            await self._up[name].is_ready()

    async def stop(self, name: str) -> Stop:
        """Tell it to stop, and see how it ends."""
        service = self._up.pop(name)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        code = await service.ends()
        seconds = time.monotonic() - began
        trouble = [line for line in service.lines if "Traceback" in line or "[error" in line]
        for line in trouble:
            print(f"{name}: {line}", file=sys.stderr)
        return Stop(name, code, seconds, bool(trouble))


def main() -> int:
    """Print times and faults; 1 where there is a fault or an exit took too long."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = arguments.parse_args()
    print(f"seed {given.seed}")
    outcome = asyncio.run(stop_repeatedly(given.times, given.seed, print))
    for name in SERVICES:
        times = sorted(stop.seconds for stop in outcome.stops if stop.service == name)
        print(f"{name:12} {len(times):3} stops, median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s")
    faults = outcome.faults()
    faults += [f"{s.service} took {s.seconds:.1f} s" for s in outcome.stops if s.seconds > EXIT_WITHIN_SECONDS]
    journal, mail = outcome.journal, outcome.mail
    print(
        f"{len(journal.acked)} events, {outcome.recorded} receipts, {len(mail.taken)} mails, {len(mail.doubled)} twice"
    )
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "all is well")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
