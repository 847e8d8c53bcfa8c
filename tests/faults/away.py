"""nats-server away for minutes: what the services use meanwhile, what they say, and how they come back.

`python -m tests.faults.away --seconds 300` prints the figures and judges them by its exit code.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from deploy.supervisor import Service, supervise
from tests.faults.slow_mail import slow_mail
from tests.faults.stage import DAY, OUTPUT, Stage, stage, turn
from tests.harness.integrator import Integrator, posting
from tests.integration.until import until
from tests.unit.shared.asking_health import ready

MOST_CPU_SHARE = 0.1
MOST_GROWTH_BYTES = 50_000_000
BACK_WITHIN_SECONDS = 30.0
LOOK_EVERY_SECONDS = 1.0
PAUSE = timedelta(milliseconds=80)
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Absence:
    """How one service spent it. Sizes in bytes, times in seconds; `said` is its reason for not being ready."""

    cpu_seconds: float = 0.0
    before: int = 0
    most: int = 0
    said: dict[str, str] = field(default_factory=dict)
    ready_looks: int = 0  # how often it said `ready` though NATS was away
    back_seconds: float = 0.0
    starts: int = 0

    @property
    def growth(self) -> int:
        return self.most - self.before


@dataclass
class Outcome:
    """`answered` tells whether what was posted after the return has its receipts, and nothing is without one."""

    seconds: float
    services: dict[str, Absence]
    answered: bool = False

    def faults(self) -> list[str]:
        """What is wrong whatever the machine's speed, a line each."""
        found = []
        for name, one in self.services.items():
            if not one.said or one.ready_looks:
                found.append(f"{name} said {one.ready_looks} times that it was ready; reasons: {one.said}")
            if one.starts != 1:
                found.append(f"{name} was started {one.starts} times")
        if not self.answered:
            found.append("events posted afterwards have no receipt")
        return found

    def beyond(self) -> list[str]:
        """What took more than it may, a line each."""
        found = []
        for name, one in self.services.items():
            if one.cpu_seconds / self.seconds > MOST_CPU_SHARE:
                found.append(f"{name} used {one.cpu_seconds / self.seconds:.0%} of a processor")
            if one.growth > MOST_GROWTH_BYTES:
                found.append(f"{name} grew by {one.growth / 1e6:.0f} MB")
            if one.back_seconds > BACK_WITHIN_SECONDS:
                found.append(f"{name} was ready after {one.back_seconds:.1f} s")
        return found


async def go_away(seconds: float, say: Callable[[str], None]) -> Outcome:
    """All four services under load; nats-server is killed and comes back after that time."""
    async with AsyncExitStack() as stack:
        _, smtp_url = await stack.enter_async_context(slow_mail(0.0))
        on = await stack.enter_async_context(stage(smtp_url))
        supervisor = await stack.enter_async_context(supervise(on.environ, lambda *_: None))
        await supervisor.ready()
        await on.begin()
        integrator = await stack.enter_async_context(
            posting(on.environ["DONDOC_NATS_URL"], OUTPUT, pause=PAUSE, insist=True)
        )
        await _more_answers(integrator, 100)
        outcome = Outcome(seconds, {name: Absence() for name in supervisor.services})
        await _watch(on, supervisor.services, outcome, say)
        for name, service in supervisor.services.items():
            outcome.services[name].starts = service.starts
        await turn(on.nc, str(date.fromisoformat(DAY) + timedelta(days=1)))
        await _more_answers(integrator, 100)
        integrator.stop()
        await _all_answered(integrator)
        outcome.answered = True
    return outcome


async def _watch(on: Stage, services: Mapping[str, Service], outcome: Outcome, say: Callable[[str], None]) -> None:
    for name, service in services.items():
        outcome.services[name].before = outcome.services[name].most = _rss(service)
    on.nats_server.child.kill()
    await until(lambda: _all_unready(services), "every service says that it isn't ready")
    spent = {name: _cpu(service) for name, service in services.items()}
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < outcome.seconds:
        await asyncio.sleep(min(LOOK_EVERY_SECONDS, outcome.seconds - elapsed))
        for name, service in services.items():
            one = outcome.services[name]
            status, problems = await ready(service.port)
            one.ready_looks += status == 200
            one.said |= problems
            one.most = max(one.most, _rss(service))
    outcome.seconds = time.monotonic() - began
    for name, service in services.items():
        outcome.services[name].cpu_seconds = _cpu(service) - spent[name]
    say(f"away for {outcome.seconds:.0f} s; nats-server comes back")
    on.nats_server.start()
    began = time.monotonic()
    for name, service in services.items():
        await until(lambda one=service: _is_ready(one), f"{name} is ready again")
        outcome.services[name].back_seconds = time.monotonic() - began


async def _all_unready(services: Mapping[str, Service]) -> bool:
    return not any([await _is_ready(service) for service in services.values()])


async def _is_ready(service: Service) -> bool:
    try:
        return (await ready(service.port))[0] == 200
    except OSError:
        return False


async def _more_answers(integrator: Integrator, count: int) -> None:
    before = len(integrator.journal.heard)

    async def more() -> bool:
        return len(integrator.journal.heard) >= before + count

    await until(more, f"{count} more events are answered")


async def _all_answered(integrator: Integrator) -> None:
    async def all_of_them() -> bool:
        return not integrator.journal.unanswered

    await until(all_of_them, "every event is answered")


def _cpu(service: Service) -> float:
    """Seconds of processor time since its start; fields 14 and 15 of proc_pid_stat(5)."""
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _rss(service: Service) -> int:
    return int(Path(f"/proc/{service.pid}/statm").read_text().split()[1]) * PAGE_BYTES


def main() -> int:
    """Print a table and what is wrong; 1 where anything is."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=300.0)
    outcome = asyncio.run(go_away(arguments.parse_args().seconds, print))
    print(f"{'service':12} {'CPU':>7} {'RSS before':>11} {'growth':>8} {'ready after':>12}  says meanwhile")
    for name, one in outcome.services.items():
        share = one.cpu_seconds / outcome.seconds
        reasons = "; ".join(one.said.values())
        print(
            f"{name:12} {share:7.1%} {one.before / 1e6:8.1f} MB {one.growth / 1e6:5.1f} MB"
            f" {one.back_seconds:10.1f} s  {reasons[:90]}"
        )
    faults = outcome.faults() + outcome.beyond()
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "all is well")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
