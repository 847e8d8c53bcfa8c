"""The lines of the report, each kind from what it is about. Pure; `build_report` puts them in order."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from services.reports.counted import NOTHING, Group, sums
from services.reports.rules import month_of, months_of
from services.reports.tallies import REMEMBERED, Numbers, deliveries, registered_on
from shared.contracts.duties import ExcuseKind
from shared.contracts.ledger import Account, Excused, Extended, Standing, standing
from shared.contracts.outputs import Flag
from shared.contracts.plan import Agency, Count, PlanPublished
from shared.contracts.report import (
    AgencyHead,
    AgencyLine,
    Body,
    DutyLine,
    ExcuseLine,
    GroupLine,
    MonthLine,
    OccurrenceLine,
    Reporting,
    ReportingLine,
)

Days = tuple[date, date]  # of registration and publication
FLAGS = tuple(Flag)


def occurrence_lines(
    account: Account, made: Numbers, count: Count, as_of: date
) -> tuple[OccurrenceLine, list[ExcuseLine]] | None:
    """An occurrence as it stands, and the documents in force for it; None where it isn't in the plan."""
    return _lines(account, made.outputs, tuple(made.flags), tuple(made.days), count, as_of)


@lru_cache(maxsize=REMEMBERED)
def _lines(
    account: Account, outputs: int, flags: tuple[Flag, ...], days: tuple[Days, ...], count: Count, as_of: date
) -> tuple[OccurrenceLine, list[ExcuseLine]] | None:
    now = stands(account, days, as_of)
    if now is None:
        return None
    return _occurrence_line(account, now, count, outputs, flags), _excuse_lines(account, now)


def stands(account: Account, made: Iterable[Days], as_of: date) -> Standing | None:
    """The occurrence with the outputs that stand for it, by their days of registration and publication."""
    return standing([*account.facts, *deliveries(made)], as_of)


def _occurrence_line(
    account: Account, now: Standing, count: Count, outputs: int, flags: tuple[Flag, ...]
) -> OccurrenceLine:
    key, first = account.key, next(iter(now.outputs), None)
    return OccurrenceLine(
        plan=key.plan,
        duty=key.duty,
        agency=key.agency,
        period=key.period,
        count=count,
        month=month_of(now.end),
        start=now.start,
        end=now.due,
        register_by=now.register_by,
        state=now.state,
        registered_on=first and registered_on(first),
        outputs=outputs,
        flags=tuple([flag for flag in FLAGS if flag in flags]) if flags else (),
        jointly_with=now.jointly_with,
    )


def _excuse_lines(account: Account, now: Standing) -> list[ExcuseLine]:
    """An excuse that was needed, and an extension."""
    if now.excuse is None and now.extension is None:
        return []
    key = account.key
    papers: list[tuple[ExcuseKind | None, date | None, Excused | Extended]] = []
    if now.excuse is not None and not now.outputs:
        papers.append((now.excuse.kind, None, now.excuse))
    if now.extension is not None:
        papers.append((None, now.extension.end, now.extension))
    return [
        ExcuseLine(
            duty=key.duty,
            agency=key.agency,
            period=key.period,
            kind=kind,
            until=until,
            approver=paper.approver,
            document=paper.document,
            reason=paper.reason,
        )
        for kind, until, paper in papers
    ]


def agency_lines(
    plan: PlanPublished, ids: Iterable[str], owed: Mapping[str, Group], made: Mapping[str, int]
) -> Iterable[AgencyLine]:
    """A line for each id, in that order."""
    for name in ids:
        agency = plan.agency_by_id.get(name) or _unknown(name)
        yield _agency_line(agency, owed.get(name, NOTHING), made.get(name, 0))


@lru_cache(maxsize=REMEMBERED)
def _agency_line(agency: Agency, figures: Group, outputs: int) -> AgencyLine:
    return AgencyLine(
        **agency.model_dump(include=set(AgencyHead.model_fields)),
        **figures.both._asdict(),
        totals=figures.totals,
        outputs=outputs,
    )


def group_lines(headings: Mapping[str, str], duties: list[DutyLine], owed: Mapping[str, Group]) -> Iterable[GroupLine]:
    """A line for each heading under which there are duties; those that the plan gives no title come last. `owed` are
    the figures of duties."""
    of = sums((duty.heading, owed.get(duty.id, NOTHING)) for duty in duties)
    used = dict.fromkeys(duty.heading for duty in duties)
    for heading in [*(one for one in headings if one in used), *(one for one in used if one not in headings)]:
        yield GroupLine(
            id=heading,
            title=headings.get(heading, heading),
            totals=of[heading].totals,
            outputs=sum(duty.outputs for duty in duties if duty.heading == heading),
        )


def reporting(duty: str | None, occurrences: list[OccurrenceLine]) -> Reporting:
    """How the agencies' own reports stand, in the order of the occurrences."""
    lines = [
        ReportingLine(agency=one.agency, period=one.period, state=one.state, registered_on=one.registered_on)
        for one in occurrences
        if one.duty == duty
    ]
    return Reporting(duty=duty, lines=tuple(lines))


def month_lines(year: int, ending: Mapping[str, Group]) -> Iterable[MonthLine]:
    """Every month of the year, owed in or not."""
    for month in months_of(year, ending):
        own = ending.get(month, NOTHING)
        yield MonthLine(month=month, **own.both._asdict(), totals=own.totals)


def body(plan: PlanPublished, name: str) -> Body:
    """The agency of that id as documents print it; under its id where the plan names no such agency."""
    agency = plan.agency_by_id.get(name) or _unknown(name)
    return Body(**agency.model_dump(include=set(Body.model_fields)))


def _unknown(name: str) -> Agency:
    return Agency(id=name, kind="", name=name, short_name=name)
