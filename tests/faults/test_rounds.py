"""Nothing lost, nothing doubled: small rounds with faults beside the load, the same ones in every run."""

import signal
from datetime import timedelta

import pytest

from shared.crashpoints import CrashPoint
from tests.faults.disks import can_mount
from tests.faults.faults.disk import FullDisk
from tests.faults.faults.fault import Fault
from tests.faults.faults.links import How, Link
from tests.faults.faults.others import Again, ClockJump, SlowMail
from tests.faults.faults.processes import Signalled, Stopped
from tests.faults.faults.store import Loss, StoreLost
from tests.faults.round import Outcome
from tests.faults.schedule import Crash, Planned, Schedule
from tests.faults.trial import Trial

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

CRASHES = {
    "assignments": [Crash(CrashPoint.ASSIGNMENTS_COMMITTED)],
    "submissions-1": [Crash(CrashPoint.INTAKE_COMMITTED), Crash(CrashPoint.RELAY_PUBLISHED)],
    "submissions-2": [Crash(CrashPoint.INTAKE_RECORDED)],
    # Those that leave mails in doubt strike on different days: what is in doubt twice is given up.
    "notifier": [
        Crash(CrashPoint.NOTIFIER_DECIDED),
        Crash(CrashPoint.NOTIFIER_CLAIMED),
        Crash(CrashPoint.NOTIFIER_FROZEN),
        Crash(CrashPoint.NOTIFIER_HANDED),
        Crash(CrashPoint.NOTIFIER_SENT, at=6),
        Crash(CrashPoint.NOTIFIER_MARKED, at=5),
    ],
    "reports": [Crash(CrashPoint.REPORTS_COMMITTED)],
}


def _at(*faults: tuple[float, Fault]) -> Schedule:
    return Schedule(tuple(Planned(at, fault) for at, fault in faults))


def _kill(process: str) -> Fault:
    return Signalled(process, signal.SIGKILL)


def _right(outcome: Outcome) -> None:
    assert not outcome.course.stuck
    assert (outcome.verdict.lost, outcome.verdict.doubled, outcome.verdict.unknown) == ((), (), ())


async def test_a_crash_at_any_of_the_named_points_changes_nothing(trial: Trial) -> None:
    """Every point of the code that has a name ends a process once; all is as if none had."""
    outcome = await trial.run(Schedule(crashes=CRASHES))
    assert outcome.struck == {point.name for point in CrashPoint}
    _right(outcome)


async def test_links_are_used_once_while_whoever_takes_them_is_killed(trial: Trial) -> None:
    """People act by links in their mails, twice at once and later again, while submissions, notifier and their servers
    are killed by turns: one output or answer a link, and its receipt is in the log."""
    doors = ("submissions-1", "submissions-2")
    kills = [(0.5 + turn * 0.75, _kill(doors[turn % 2])) for turn in range(20)]
    others = [(3.0, _kill("mongod")), (6.0, _kill("notifier")), (9.0, _kill("nats-server"))]
    outcome = await trial.run(_at(*kills, *others))
    _right(outcome)
    by_links = {one.key for one in outcome.evidence.documents if one.key.startswith("l")}
    assert len(by_links) == len([one for one in outcome.evidence.documents if one.key.startswith("l")]) > 4


async def test_killed_stopped_and_cut_off_processes_change_nothing(trial: Trial) -> None:
    """Servers and services die, end and hang, connections break and go silent, a clock is a day ahead."""
    outcome = await trial.run(
        _at(
            (0.5, Link("submissions-1", "mongod", How.HALF_OPEN, timedelta(seconds=4))),
            (0.5, ClockJump("assignments", timedelta(days=1), timedelta(seconds=4))),
            (1.0, _kill("nats-server")),
            (1.5, Link("integrators", "submissions-1", How.CUT, timedelta())),
            (1.5, Link("integrators", "submissions-2", How.HALF_OPEN, timedelta(seconds=3))),
            (2.0, Stopped("submissions-2", timedelta(seconds=12))),
            (2.5, _kill("mongod")),
            (3.0, Signalled("reports", signal.SIGTERM)),
            (4.0, Again(seed=1)),
            (4.5, _kill("notifier")),
            (5.0, Link("notifier", "smtp", How.CUT, timedelta())),
            (5.5, _kill("assignments")),
        )
    )
    _right(outcome)


@pytest.mark.parametrize("loss", Loss)
async def test_a_lost_store_and_a_slow_mail_server_change_nothing(trial: Trial, loss: Loss) -> None:
    """Wiped, cut short or put back, the log is made whole from MongoDB while everybody runs; nobody is mailed again."""
    outcome = await trial.run(_at((1.0, SlowMail(0.05, 0.1, timedelta(seconds=5))), (1.5, StoreLost(loss, seed=1))))
    _right(outcome)


@pytest.mark.skipif(not can_mount(), reason="only root may mount a small disk")
async def test_a_full_disk_changes_nothing(trial: Trial) -> None:
    """nats-server can't write for a while, and is started again when there is room."""
    _right(await trial.run(_at((1.0, FullDisk("nats-server", timedelta(seconds=3))))))
