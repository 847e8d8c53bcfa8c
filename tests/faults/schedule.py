"""Which faults strike in a round and when: from the round's seed, so that it can be repeated."""

import random
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from deploy.servers.mongo import MONGO
from deploy.servers.nats import NATS
from shared.crashpoints import CrashPoint
from tests.faults.disks import can_mount
from tests.faults.faults.disk import FullDisk
from tests.faults.faults.fault import Fault
from tests.faults.faults.links import How, Link
from tests.faults.faults.others import Again, ClockJump, SlowMail
from tests.faults.faults.processes import Signalled, Stopped
from tests.faults.faults.store import Loss, StoreLost
from tests.faults.front import DOORS
from tests.faults.world import INTEGRATORS, SERVERS, SERVICES, Wishes

STOPPED_FOR = timedelta(seconds=45)
STALLED_FOR = timedelta(seconds=8)
FULL_FOR = timedelta(seconds=4)
JUMPED_FOR = timedelta(seconds=6)
SLOW_FOR = timedelta(seconds=10)
FIRST_AT, LAST_AT = 1.0, 10.0  # seconds after the first post
JUMPS = tuple(timedelta(hours=h) for h in (-24, -1, 1, 24))
# Where each point is passed, and by the how many-th time it is passed at the latest.
PASSED_BY = {
    CrashPoint.INTAKE_COMMITTED: ("submissions-1", 20),
    CrashPoint.INTAKE_RECORDED: ("submissions-2", 20),
    CrashPoint.RELAY_PUBLISHED: ("submissions-1", 20),
    CrashPoint.NOTIFIER_DECIDED: ("notifier", 30),
    CrashPoint.NOTIFIER_CLAIMED: ("notifier", 10),
    CrashPoint.NOTIFIER_FROZEN: ("notifier", 10),
    CrashPoint.NOTIFIER_HANDED: ("notifier", 10),
    CrashPoint.NOTIFIER_SENT: ("notifier", 10),
    CrashPoint.NOTIFIER_MARKED: ("notifier", 10),
    CrashPoint.ASSIGNMENTS_COMMITTED: ("assignments", 6),
    CrashPoint.REPORTS_COMMITTED: ("reports", 20),
}


@dataclass(frozen=True)
class Planned:
    """A fault and its second after the first post."""

    at: float
    fault: Fault


@dataclass(frozen=True)
class Crash:
    """The crash point that is armed at one start of a service, and the how many-th passing ends it."""

    point: CrashPoint
    at: int = 1

    @property
    def arguments(self) -> Sequence[str]:
        return ("--crash", self.point.name, "--at", str(self.at))


@dataclass(frozen=True)
class Schedule:
    """A round's faults. `crashes` are armed in a service one after the other: at its first start, its second, …
    `sabotaged`: the services whose first start is spoiled, and how."""

    faults: tuple[Planned, ...] = ()
    crashes: Mapping[str, Sequence[Crash]] = field(default_factory=dict)
    sabotaged: Mapping[str, str] = field(default_factory=dict)

    @property
    def wishes(self) -> Wishes:
        """What the world needs for it."""
        first: dict[str, Sequence[Sequence[str]]] = {
            service: [crash.arguments for crash in crashes] for service, crashes in self.crashes.items()
        }
        first |= {service: [("--sabotage", how)] for service, how in self.sabotaged.items()}
        faults = [planned.fault for planned in self.faults]
        return Wishes(
            first=first,
            links=frozenset((fault.service, fault.server) for fault in faults if isinstance(fault, Link)),
            clocks=frozenset(fault.service for fault in faults if isinstance(fault, ClockJump)),
            disks=frozenset(fault.server for fault in faults if isinstance(fault, FullDisk)),
        )

    @property
    def touched(self) -> frozenset[str]:
        """Every process that something is done to."""
        return frozenset(self.crashes).union(*(planned.fault.touches for planned in self.faults))


def plan_faults(seed: int, stopped_for: timedelta = STOPPED_FOR) -> Schedule:
    """A crash point, by turns; one great fault, by turns; and up to three small ones."""
    rng = random.Random(f"faults {seed}")
    points = list(CrashPoint)
    point = points[seed % len(points)]
    great = _great(rng, stopped_for)
    turn = seed + seed // len(points)  # so that each point meets another great fault when its turn comes again
    faults = [great[turn % len(great)]()] + [_small(rng) for _ in range(rng.randint(1, 3))]
    times = sorted(round(rng.uniform(FIRST_AT, LAST_AT), 1) for _ in faults)
    rng.shuffle(faults)
    planned = tuple(Planned(at, fault) for at, fault in zip(times, faults, strict=True))
    service, latest = PASSED_BY[point]
    return Schedule(planned, {service: [Crash(point, rng.randint(1, latest))]})


def _great(rng: random.Random, stopped_for: timedelta) -> list[Callable[[], Fault]]:
    everybody = (*SERVICES, *SERVERS)
    kinds: list[Callable[[], Fault]] = [
        lambda: Stopped(rng.choice(everybody), stopped_for),
        lambda: StoreLost(Loss.WIPED, rng.randrange(1000)),
        lambda: _link(rng, How.HALF_OPEN),
        lambda: ClockJump(rng.choice(SERVICES), rng.choice(JUMPS), JUMPED_FOR),
        lambda: StoreLost(Loss.TRUNCATED, rng.randrange(1000)),
        lambda: _link(rng, How.STALL),
        lambda: SlowMail(0.2, 0.5, SLOW_FOR),
        lambda: StoreLost(Loss.RESTORED, rng.randrange(1000)),
    ]
    if can_mount():
        kinds += [lambda: FullDisk(NATS.name, FULL_FOR), lambda: FullDisk(MONGO.name, FULL_FOR)]
    return kinds


def _small(rng: random.Random) -> Fault:
    everybody = (*SERVICES, *SERVERS)
    return rng.choice(
        (
            lambda: Signalled(rng.choice(everybody), signal.SIGKILL),
            lambda: Signalled(rng.choice(everybody), signal.SIGTERM),
            lambda: _link(rng, How.CUT),
            lambda: _link(rng, How.REFUSE),
            lambda: Again(rng.randrange(1000)),
        )
    )()


def _link(rng: random.Random, how: How) -> Link:
    links = [(service, server) for service in SERVICES for server in (NATS.name, MONGO.name)] + [("notifier", "smtp")]
    links += [(INTEGRATORS, service) for service in DOORS]
    return Link(*rng.choice(links), how, STALLED_FOR)
