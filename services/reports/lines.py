"""The lines of the report, each kind from what it is about. Pure; `build_report` puts them in order."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from services.reports.duty_lines import Duties
from services.reports.rules import counts_of, month_of, months_of, standing_outputs, totals_of
from shared.contracts.duties import ExcuseKind
from shared.contracts.ledger import Account, Delivered, Excused, Extended, Standing
from shared.contracts.outputs import Flag, OutputRecorded
from shared.contracts.plan import Agency, PlanPublished
from shared.contracts.report import AgencyLine, Body, ExcuseLine, MonthLine, OccurrenceLine, OutputLine

_FLAG_ORDER = {flag: position for position, flag in enumerate(Flag)}


def occurrence_line(
    account: Account, stands: Standing, duties: Duties, recorded: dict[str, OutputRecorded]
) -> OccurrenceLine:
    """The occurrence as it stands; `recorded` holds the outputs by id, for their flags."""
    outputs = tuple(dict.fromkeys(stands.outputs))
    delivered = [fact for fact in account.facts if isinstance(fact, Delivered)]
    flags = {flag for output in outputs if output in recorded for flag in recorded[output].flags}
    return OccurrenceLine(
        **account.key.model_dump(),
        count=duties.count(account.key.duty),
        month=month_of(stands.end),
        start=stands.start,
        end=stands.due,
        register_by=stands.register_by,
        state=stands.state,
        registered_on=min((f.day for f in delivered if f.output == outputs[0]), default=None) if outputs else None,
        outputs=outputs,
        flags=tuple(sorted(flags, key=_FLAG_ORDER.__getitem__)),
        jointly_with=stands.jointly_with,
    )


def excuse_lines(account: Account, stands: Standing) -> list[ExcuseLine]:
    """The documents in force for the occurrence: an excuse that was needed, and an extension."""
    key = account.key.model_dump(exclude={"plan"})
    papers: list[tuple[ExcuseKind | None, date | None, Excused | Extended]] = []
    if stands.excuse is not None and not stands.outputs:
        papers.append((stands.excuse.kind, None, stands.excuse))
    if stands.extension is not None:
        papers.append((None, stands.extension.end, stands.extension))
    return [
        ExcuseLine(
            **key,
            kind=kind,
            until=until,
            approver=paper.approver,
            document=paper.document,
            reason=paper.reason,
        )
        for kind, until, paper in papers
    ]


def output_lines(recorded: Iterable[OutputRecorded], duties: Duties, returned: frozenset[str]) -> list[OutputLine]:
    """All outputs by registration day and id; `returned` are the ids of those sent back."""
    return [
        OutputLine(
            id=o.output,
            duty=o.duty,
            agency=o.agency,
            period=o.occurrence.period if o.occurrence else None,
            title=o.title,
            published_on=o.published_on,
            registered_on=o.day,
            channel=o.channel or duties.channel(o.duty),
            url=o.url,
            duration_minutes=o.duration_minutes,
            topics=o.topics,
            flags=o.flags,
            needs_fix=o.output in returned,
        )
        for o in sorted(recorded, key=lambda o: (o.day, o.output))
    ]


def agency_lines(
    plan: PlanPublished,
    ids: list[str],
    occurrences: list[OccurrenceLine],
    outputs: list[OutputLine],
    as_of: date,
) -> Iterable[AgencyLine]:
    """A line for each id, in that order."""
    owed, made = defaultdict(list), defaultdict(list)
    for occurrence in occurrences:
        owed[occurrence.agency].append(occurrence)
    for output in outputs:
        made[output.agency].append(output)
    known = {agency.id: agency for agency in plan.agencies}
    for name in ids:
        agency = known.get(name) or Agency(id=name, kind="", name=name, short_name=name)
        yield AgencyLine(
            **agency.model_dump(include={"id", "name", "short_name", "kind", "parent"}),
            **counts_of(owed[name], as_of).model_dump(),
            totals=totals_of(owed[name], as_of),
            outputs=standing_outputs(made[name]),
        )


def month_lines(year: int, occurrences: list[OccurrenceLine], as_of: date) -> Iterable[MonthLine]:
    """Every month of the year, owed in or not."""
    for month in months_of(year, occurrences):
        ending = [line for line in occurrences if line.month == month]
        yield MonthLine(month=month, **counts_of(ending, as_of).model_dump(), totals=totals_of(ending, as_of))


def body(plan: PlanPublished, name: str) -> Body:
    """The agency of that id as documents print it; under its id where the plan names no such agency."""
    known = {agency.id: agency for agency in plan.agencies}
    agency = known.get(name) or Agency(id=name, kind="", name=name, short_name=name)
    return Body(**agency.model_dump(include=set(Body.model_fields)))
