"""From the plan file to what is published: groups become agencies, holidays become days, durations minutes."""

from datetime import date

from services.assignments.days_off import working_days
from services.assignments.plan_file.members import members
from services.assignments.plan_file.model import DurationEntry, DutyEntry, Members, PlanFile
from services.assignments.plan_file.scalars import UNKNOWN
from shared.contracts.plan import Agency, Contact, Duration, Duty, PlanPublished, ReportForm
from shared.contracts.reminder_policy import ReminderPolicy
from shared.workdays import WorkingDays

TOLERANCE = 0.2  # of a nominal duration, either way, before an output is flagged


def resolve(plan: PlanFile, revision: int, day: date) -> PlanPublished:
    """The event that puts this revision in force on `day`."""
    calendar = calendar_of(plan)
    return PlanPublished(
        plan=plan.id,
        revision=revision,
        day=day,
        year=plan.year,
        title=plan.title,
        number=None if plan.number == UNKNOWN else plan.number,
        issued_on=plan.issued_on if isinstance(plan.issued_on, date) else None,
        coordinator=plan.coordinator,
        recipient=plan.recipient,
        time_zone=plan.time_zone,
        effective_from=plan.effective_from,
        chase_from=plan.chase_from,
        contact=Contact(**plan.contact.model_dump()),
        report=ReportForm(**plan.report.model_dump()),
        kinds=plan.kinds,
        headings=plan.headings,
        topics=plan.topics,
        channels=plan.channels,
        agencies=tuple(Agency(**agency.model_dump()) for agency in plan.agencies),
        duties=tuple(_duty(plan, duty) for duty in plan.duties),
        days_off=tuple(sorted(calendar.off)),
        days_on=tuple(sorted(calendar.on)),
        notes=plan.notes,
        reminders=_reminders(plan),
        reporting_duty=plan.reporting_duty,
    )


def calendar_of(plan: PlanFile) -> WorkingDays:
    """The plan's working days, for the year before it to the year after it."""
    return working_days(plan.year, plan.holidays.country, plan.holidays.off, plan.holidays.on)


def members_of(plan: PlanFile, selection: Members) -> tuple[str, ...]:
    """The agencies that a selection of this plan means."""
    return members(selection, plan.groups, plan.agencies)


def _reminders(plan: PlanFile) -> ReminderPolicy | None:
    """None where it is the usual policy, written out or not."""
    policy = ReminderPolicy.model_validate(plan.reminders.model_dump(by_alias=False))
    return policy if policy != ReminderPolicy() else None


def _duty(plan: PlanFile, duty: DutyEntry) -> Duty:
    performers = members_of(plan, duty.performers)
    coordinating = members_of(plan, duty.coordinating)
    group = plan.groups.get(duty.lead)
    return Duty(
        id=duty.id,
        clause=duty.clause,
        title=duty.title,
        heading=duty.heading,
        count=duty.count,
        frequency=duty.frequency,
        lead=group.name if group else duty.lead,
        performers=performers,
        joint=duty.joint,
        directed=duty.directed,
        coordinating=tuple(agency for agency in coordinating if agency not in performers),
        coordinating_text=duty.coordinating.text or "",
        channel=duty.channel,
        duration=_duration(duty.duration) if duty.duration else None,
        topics=duty.topics,
    )


def _duration(entry: DurationEntry) -> Duration:
    if entry.nominal is not None:
        return Duration(
            shortest=round(entry.nominal * (1 - TOLERANCE), 3),
            longest=round(entry.nominal * (1 + TOLERANCE), 3),
            text=entry.text,
        )
    assert entry.shortest is not None
    assert entry.longest is not None
    return Duration(shortest=entry.shortest, longest=entry.longest, text=entry.text)
