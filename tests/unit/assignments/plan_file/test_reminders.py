"""How the plan file says how its agencies are urged."""

from datetime import date, time

from services.assignments.digest import digest
from services.assignments.plan_file.model import PlanFile
from services.assignments.resolve import resolve
from shared.contracts.reminder_policy import QuietPeriod, ReminderPolicy, Steps
from tests.unit.assignments.sample import OF_2023, SMALL, plan_of

USUAL = """reminders:
  steps: {upcoming: -3, overdue: 1, escalated: 5, for_signature: 10}
  upcoming_from: monthly
  office_hours: {opens: 08:00, closes: 17:00}
  quiet: []
  agencies: []
"""
OTHER = """reminders:
  steps: {overdue: 2, escalated: 7}
  upcoming_from: quarterly
  office_hours: {opens: 07:30, closes: 16:30}
  quiet:
    - {from: 2026-07-06, to: 2026-07-10, reason: Kỳ họp}
  agencies:
    - {agency: so-a, steps: {overdue: 3}}
    - {agency: ubnd, silent: Nhận báo cáo}
"""


def written(section: str) -> PlanFile:
    return plan_of(SMALL, ("\nkinds:", f"\n{section}kinds:"))


def policy(plan: PlanFile) -> ReminderPolicy | None:
    return resolve(plan, revision=1, day=date(2026, 1, 1)).reminders


def test_the_usual_ladder_written_out_says_nothing() -> None:
    """A plan that spells the defaults out is the same plan, and publishes no policy."""
    assert policy(written(USUAL)) is None
    assert digest(written(USUAL)) == digest(plan_of(SMALL))
    assert policy(plan_of(OF_2023)) is None


def test_another_policy_is_published_as_it_is_written() -> None:
    """A rung that isn't named in `steps` is left out; what isn't named at all is as usual."""
    told = policy(written(OTHER))
    assert told is not None
    assert told.steps == Steps(overdue=2, escalated=7)
    assert (told.upcoming_from, told.office_hours.opens) == ("quarterly", time(7, 30))
    assert told.quiet == (QuietPeriod(start=date(2026, 7, 6), end=date(2026, 7, 10), reason="Kỳ họp"),)
    assert [one.agency for one in told.agencies] == ["so-a", "ubnd"]
    assert told.agencies[0].steps == Steps(overdue=3)
    assert told.agencies[1].silent == "Nhận báo cáo"
    hours = policy(written("reminders: {office_hours: {closes: 11:30}}\n"))
    assert hours is not None
    assert (hours.steps, hours.office_hours.opens, hours.office_hours.closes) == (
        ReminderPolicy().steps,
        time(8),
        time(11, 30),
    )


def test_it_is_kept_and_read_back() -> None:
    """The file is stored as JSON and read again, hours and days included."""
    plan = written(OTHER)
    assert PlanFile.model_validate(plan.model_dump(mode="json")) == plan


def test_another_policy_is_another_plan() -> None:
    """A plan whose policy changes is published anew."""
    assert digest(written(OTHER)) != digest(plan_of(SMALL))
    assert digest(written(OTHER.replace("overdue: 3", "overdue: 4"))) != digest(written(OTHER))
