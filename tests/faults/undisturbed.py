"""What a load comes to when nothing goes wrong."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

import nats

from tests.faults import smtp
from tests.faults.desk import Desk
from tests.faults.evidence import mails_of
from tests.faults.faults.fault import Scene
from tests.faults.front import Front
from tests.faults.integrators import Integrators
from tests.faults.journal import Journal
from tests.faults.judge import Mail
from tests.faults.load import Load
from tests.faults.readers import Readers
from tests.faults.reviewer import Reviewer
from tests.faults.world import Wishes, world


@dataclass(frozen=True)
class Undisturbed:
    """The report and the mails of such a run."""

    report: bytes
    mails: tuple[Mail, ...]


async def run_undisturbed(folder: Path, load: Load) -> Undisturbed:
    """Run the load as fast as it goes."""
    async with world(folder, Wishes()) as whole:
        nc = await nats.connect(whole.nats_url)
        front, journal = await Front.open(whole, load.agencies), Journal(folder / "journal")
        desk, integrators = Desk(nc), Integrators(nc, front, journal, random.Random(0))
        readers = Readers(front, journal, whole.store("smtp"))
        reviewer = Reviewer(desk.ask, journal, load.epochs[0].day)
        await integrators.listen()
        await desk.publish_plan(load.plan.source)
        for epoch in load.epochs:
            await desk.publish_day(epoch.day)
            await integrators.post(epoch, every=0)
            await desk.mailed()
            await readers.act(epoch.day)
            await integrators.answered(epoch.wanted.keys() | readers.acts, Scene(whole), desk.idle)
            await desk.settled()
            await reviewer.review(epoch)
            await integrators.answered(reviewer.reviews, Scene(whole), desk.idle)
            await desk.settled()
        report = await desk.report()
        front.close()
        await nc.close()
        kept = await asyncio.to_thread(smtp.read, whole.store("smtp"))
        return Undisturbed(report, tuple(mails_of(kept)))
