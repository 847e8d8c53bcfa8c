"""The lines of the report, each kind from what it is about. Pure; `build_report` puts them in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from services.reports.rules import counts_of, month_of, months_of, totals_of
from services.reports.tallies import REMEMBERED, Numbers, deliveries, registered_on
from shared.contracts.duties import ExcuseKind
from shared.contracts.ledger import Account, Excused, Extended, Standing, standing
from shared.contracts.outputs import Flag
from shared.contracts.plan import Agency, Count, PlanPublished
from shared.contracts.report import (
    AgencyLine,
    Body,
    DutyLine,
    ExcuseLine,
    GroupLine,
    MonthLine,
    OccurrenceLine,
    PairLine,
    Reporting,
    ReportingLine,
)

Pair = tuple[str, str]  # agency, duty
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


def pair_lines(
    agencies: list[str], duties: list[str], occurrences: list[OccurrenceLine], made: Mapping[Pair, int], as_of: date
) -> Iterable[PairLine]:
    """Agency by agency, the duties in order."""
    owed = defaultdict[Pair, list[OccurrenceLine]](list)
    for occurrence in occurrences:
        owed[occurrence.agency, occurrence.duty].append(occurrence)
    for agency in agencies:
        for duty in duties:
            lines, outputs = owed.get((agency, duty), ()), made.get((agency, duty), 0)
            if lines or outputs:
                yield PairLine(agency=agency, duty=duty, **vars(counts_of(lines, as_of)), outputs=outputs)


def agency_lines(
    plan: PlanPublished, ids: list[str], occurrences: list[OccurrenceLine], made: Mapping[str, int], as_of: date
) -> Iterable[AgencyLine]:
    """A line for each id, in that order."""
    owed = defaultdict(list)
    for occurrence in occurrences:
        owed[occurrence.agency].append(occurrence)
    for name in ids:
        agency = plan.agency_by_id.get(name) or _unknown(name)
        yield AgencyLine(
            **agency.model_dump(include={"id", "name", "short_name", "kind", "parent"}),
            **vars(counts_of(owed[name], as_of)),
            totals=totals_of(owed[name], as_of),
            outputs=made.get(name, 0),
        )


def group_lines(
    headings: Mapping[str, str], duties: list[DutyLine], occurrences: list[OccurrenceLine], as_of: date
) -> Iterable[GroupLine]:
    """A line for each heading under which there are duties; those that the plan gives no title come last."""
    owed = defaultdict(list)
    heading_of = {duty.id: duty.heading for duty in duties}
    for occurrence in occurrences:
        owed[heading_of[occurrence.duty]].append(occurrence)
    used = dict.fromkeys(duty.heading for duty in duties)
    for heading in [*(one for one in headings if one in used), *(one for one in used if one not in headings)]:
        yield GroupLine(
            id=heading,
            title=headings.get(heading, heading),
            totals=totals_of(owed[heading], as_of),
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


def month_lines(year: int, occurrences: list[OccurrenceLine], as_of: date) -> Iterable[MonthLine]:
    """Every month of the year, owed in or not."""
    by_month = defaultdict[str, list[OccurrenceLine]](list)
    for line in occurrences:
        by_month[line.month].append(line)
    for month in months_of(year, by_month):
        ending = by_month[month]
        yield MonthLine(month=month, **vars(counts_of(ending, as_of)), totals=totals_of(ending, as_of))


def body(plan: PlanPublished, name: str) -> Body:
    """The agency of that id as documents print it; under its id where the plan names no such agency."""
    agency = plan.agency_by_id.get(name) or _unknown(name)
    return Body(**agency.model_dump(include=set(Body.model_fields)))


def _unknown(name: str) -> Agency:
    return Agency(id=name, kind="", name=name, short_name=name)
