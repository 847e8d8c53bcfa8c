"""The judge is right to be trusted: each way to spoil a service turns it red, with the right word."""

from datetime import timedelta

import pytest

from tests.faults.faults.links import How, Link
from tests.faults.schedule import Planned, Schedule
from tests.faults.trial import Trial

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

INTAKES = ("submissions-1", "submissions-2")
# Much longer than the driver looks for a server, so that a look-up fails whatever is tried again.
AWAY = timedelta(seconds=12)


def _spoiled(how: str, *services: str, faults: tuple[Planned, ...] = ()) -> Schedule:
    return Schedule(faults, sabotaged=dict.fromkeys(services, how))


async def test_the_framework_s_default_ack_policy_loses(trial: Trial) -> None:
    """What fails once because MongoDB is away is thrown away: lost."""
    away = tuple(Planned(0.0, Link(name, "mongod", How.REFUSE, AWAY)) for name in INTAKES)
    outcome = await trial.run(_spoiled("default-ack-policy", *INTAKES, faults=away))
    assert outcome.verdict.word == "lost"
    assert any("is in no collection" in line for line in outcome.verdict.lost)


async def test_without_the_inbox_index_repeats_are_recorded_twice(trial: Trial) -> None:
    """An event that is posted again has two receipts: doubled."""
    outcome = await trial.run(_spoiled("no-inbox-index", *INTAKES))
    assert outcome.verdict.word == "doubled"
    assert any("is in the collections 2 times" in line for line in outcome.verdict.doubled)


async def test_marking_before_sending_loses_a_mail(trial: Trial) -> None:
    """The notifier dies between the mark and the mail: lost."""
    outcome = await trial.run(_spoiled("mark-before-sending", "notifier"))
    assert outcome.verdict.word == "lost"
    assert any(line.startswith("mail") for line in outcome.verdict.lost)


async def test_acknowledging_before_committing_loses(trial: Trial) -> None:
    """The intake dies between the acknowledgement and the commit: lost."""
    outcome = await trial.run(_spoiled("ack-before-commit", *INTAKES))
    assert outcome.verdict.word == "lost"
    assert any("is in no collection" in line for line in outcome.verdict.lost)


async def test_recording_a_list_row_by_row_is_seen(trial: Trial) -> None:
    """A service dies in the middle of a list; though the rest is recorded when it comes again, half was seen: lost."""
    outcome = await trial.run(_spoiled("row-by-row", *INTAKES))
    assert outcome.verdict.word == "lost"
    assert any(line.startswith("list") and "was seen with" in line for line in outcome.verdict.lost)


async def test_recording_the_right_rows_of_a_wrong_list_is_seen(trial: Trial) -> None:
    """The list is taken, and rows are in a collection that should not be: unknown."""
    outcome = await trial.run(_spoiled("wrong-rows-left-out", *INTAKES))
    assert any("was not refused" in line for line in outcome.verdict.unknown)
    assert any(line.startswith("w") and "is in a collection" in line for line in outcome.verdict.unknown)


async def test_answering_with_other_bytes_than_the_log_s_is_seen(trial: Trial) -> None:
    """The receipt means the same and isn't the same: unknown."""
    outcome = await trial.run(_spoiled("other-bytes", *INTAKES))
    assert (outcome.verdict.lost, outcome.verdict.doubled) == ((), ())
    assert any("was read with other bytes" in line for line in outcome.verdict.unknown)


async def test_a_report_that_waits_for_nothing_is_found_out(trial: Trial) -> None:
    """It lacks outputs that the log held before it was asked for: unknown."""
    outcome = await trial.run(_spoiled("answers-at-once", "reports"))
    assert (outcome.verdict.lost, outcome.verdict.doubled) == ((), ())
    assert any("outputs are recorded; by the log" in line for line in outcome.verdict.unknown)
