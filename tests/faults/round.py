"""One round: a load, faults beside it, and the verdict."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import nats

from shared.ask import Refused
from shared.cancelled import cancelled
from tests.faults.asker import Asker
from tests.faults.autopsy import autopsy
from tests.faults.desk import Desk
from tests.faults.evidence import gather
from tests.faults.faults.fault import Scene
from tests.faults.front import Front
from tests.faults.integrators import Integrators, Unanswered
from tests.faults.journal import Journal
from tests.faults.judge import Evidence, Expected, Verdict, judge
from tests.faults.load import Load
from tests.faults.onlooker import Onlooker
from tests.faults.process import STRUCK
from tests.faults.readers import Readers
from tests.faults.reviewer import Reviewer
from tests.faults.schedule import Planned, Schedule
from tests.faults.told_reports import Asked
from tests.faults.undisturbed import Undisturbed
from tests.faults.world import World, world

POSTED_WITHIN = timedelta(seconds=10)  # when nothing is in the way
STEP_WITHIN = timedelta(seconds=120)  # from a day to the next; beyond that the round counts as stuck
DRAINED_WITHIN = timedelta(seconds=60)
# What must work for each mail to have one end: whoever is hit here may have left it uncertain.
MAILERS = frozenset({"notifier", "smtp", "mongod", "nats-server"})


@dataclass
class Course:
    """What happened when, in seconds after the first post: `hits` the faults, `calm` when the last one was over,
    `drained` how long after that all was settled again."""

    hits: list[tuple[str, float, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    posted_at: float = 0.0
    calm: float | None = None
    drained: float | None = None
    stuck: bool = False
    trouble: list[str] = field(default_factory=list)

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def settled(self) -> None:
        """Everything that was posted is through."""
        if self.calm is not None and self.drained is None:
            self.drained = self.now - max(self.calm, self.posted_at)


@dataclass(frozen=True)
class Outcome:
    """A round's end. `struck` are the crash points that ended a process; `reports` how many were handed out on the way,
    `refused` how often there was none."""

    verdict: Verdict
    course: Course
    evidence: Evidence
    struck: frozenset[str]
    reports: int = 0
    refused: int = 0

    @property
    def good(self) -> bool:
        drained = self.course.drained
        in_time = drained is not None and drained < DRAINED_WITHIN.total_seconds()
        return self.verdict.word == "ok" and in_time and not self.course.stuck


async def run_round(
    folder: Path,
    load: Load,
    schedule: Schedule,
    right: Undisturbed,
    seed: int,
    *,
    posted_within: timedelta = POSTED_WITHIN,
    step_within: timedelta = STEP_WITHIN,
) -> Outcome:
    """Run it in the folder, which must not hold anything yet. What goes by which way is drawn from `seed`."""
    async with world(folder, schedule.wishes) as whole:
        nc = await nats.connect(whole.nats_url, max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_quiet)
        journal, scene, course = Journal(folder / "journal"), Scene(whole), Course()
        front = await Front.open(whole, load.agencies)
        desk, integrators = Desk(nc), Integrators(nc, front, journal, random.Random(f"ways {seed}"))
        readers = Readers(front, journal, whole.store("smtp"))
        reviewer = Reviewer(desk.ask, journal, load.epochs[0].day)
        asker = Asker(nc, desk, scene, random.Random(f"questions {seed}"))
        await integrators.listen()
        database = whole.database("submissions")
        onlooker = Onlooker(whole.mongo_url, database, load.lists.values(), journal)
        looking = [asyncio.create_task(one) for one in (onlooker.look_on(), asker.ask_on())]
        report = None
        faults: asyncio.Future[None] | None = None
        try:
            async with asyncio.timeout(step_within.total_seconds()):
                await desk.publish_plan(load.plan.source)
                await desk.publish_day(load.epochs[0].day)
            course.began = time.monotonic()
            faults = asyncio.ensure_future(_strike(schedule.faults, scene, course))
            await _post(load, desk, integrators, readers, reviewer, asker, scene, course, posted_within, step_within)
            async with asyncio.timeout(step_within.total_seconds()):
                await faults
                await integrators.answered(
                    load.posts.keys() | readers.acts.keys() | reviewer.reviews.keys(), scene, desk.idle
                )
                await desk.settled()
                course.settled()
        except (TimeoutError, Unanswered):
            course.stuck = True
        finally:
            if faults is not None:
                await cancelled([faults])
        await cancelled(looking)
        calm: list[Asked] = []
        with suppress(TimeoutError, Refused):
            async with asyncio.timeout(step_within.total_seconds()):
                report = await desk.report()
                calm = await asker.settle()
                await desk.settled()  # that a report was issued is an event too
                await integrators.fetch()
        front.close()
        if course.stuck:
            course.trouble.append(await autopsy(whole))
        evidence = await gather(whole, nc.jetstream(), folder / "journal", report, asker.answers, calm)
        await nc.close()
        journal.close()
        (folder / "operator.log").write_text("\n".join(scene.said))
        (folder / "report.json").write_bytes(report or b"")
        expected = Expected(
            recorded={key: post.recorded for key, post in load.posts.items()}
            | dict.fromkeys(readers.acts.keys() | reviewer.reviews, True),
            mails=right.mails,
            report=right.report,
            lists={name: one.right for name, one in load.lists.items()},
            uncertain=bool(schedule.touched & MAILERS),
        )
        return Outcome(
            judge(evidence, expected), course, evidence, _struck(whole), len(asker.answers), len(asker.refused)
        )


async def _post(
    load: Load,
    desk: Desk,
    integrators: Integrators,
    readers: Readers,
    reviewer: Reviewer,
    asker: Asker,
    scene: Scene,
    course: Course,
    posted_within: timedelta,
    step_within: timedelta,
) -> None:
    every = posted_within.total_seconds() / sum(epoch.size for epoch in load.epochs)
    for epoch in load.epochs:
        async with asyncio.timeout(step_within.total_seconds()):
            await desk.publish_day(epoch.day)
            async with asyncio.TaskGroup() as group:
                group.create_task(integrators.post(epoch, every))
                group.create_task(_read(desk, readers, epoch.day))
            course.posted_at = course.now
            await integrators.answered(epoch.wanted.keys() | readers.acts, scene, desk.idle)
            await desk.settled()
            await reviewer.review(epoch)
            await integrators.answered(reviewer.reviews, scene, desk.idle)
            await desk.settled()
            course.settled()
            asker.is_over(epoch.day)


async def _read(desk: Desk, readers: Readers, day: date) -> None:
    await desk.mailed()
    await readers.act(day)


async def _strike(faults: tuple[Planned, ...], scene: Scene, course: Course) -> None:
    async def one(planned: Planned) -> None:
        await asyncio.sleep(max(0.0, planned.at - course.now))
        at = course.now
        try:
            await planned.fault.strike(scene)
        except Exception as error:  # an operator's command that failed is part of the story
            course.trouble.append(f"{planned.fault.name}: {type(error).__name__}: {error}")
        course.hits.append((planned.fault.name, at, course.now))

    await asyncio.gather(*(one(planned) for planned in faults))
    scene.calm, course.calm = True, course.now


def _struck(whole: World) -> frozenset[str]:
    lines = [line for kept in whole.kept.values() for line in kept.log.read_text(errors="replace").splitlines()]
    return frozenset(line.removeprefix(STRUCK) for line in lines if line.startswith(STRUCK))


async def _quiet(_: Exception) -> None:
    """The client library says every lost connection on its own logger otherwise."""
