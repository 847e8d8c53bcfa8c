"""Answer how a plan stands: the report's counts, and what is owed now."""

from collections.abc import Iterator

from services.reports.counted import counted, sums
from services.reports.lines import month_lines
from services.reports.read_report import read_report
from services.reports.rules import extra_outputs
from services.reports.store import Store
from shared.contracts.ledger import State
from shared.contracts.report import AgencyLine, ConsolidatedReport, Counts, DutyHead, DutyLine, OccurrenceLine
from shared.contracts.status import Status
from shared.mongo import Mongo
from shared.near import near
from shared.outcomes import Rejected
from shared.question import Day, Question

_OWED_NOW = (State.OVERDUE, State.OPEN)


class StatusQuestion(Question):
    """Which plan (None: the only one, or that of the year), agency (None: all) and day (None: the last)."""

    plan: str | None = None
    agency: str | None = None
    as_of: Day | None = None


async def answer_status(question: StatusQuestion, store: Store, mongo: Mongo) -> Status:
    """The status as of a day.

    Raises Rejected for an unknown plan, agency or day, Retry while the view is being rebuilt.
    """
    return status_of(await read_report(question.plan, question.as_of, store, mongo), question.agency)


def status_of(report: ConsolidatedReport, agency: str | None) -> Status:
    """The report's own lines, of one agency or of all. Raises Rejected for an agency that the plan doesn't know."""
    totals, duties, agencies, months = report.totals, report.duties, report.agencies, report.months
    if agency is not None:
        line = _agency(report, agency)
        lines = [line for line in report.occurrences if line.agency == agency]
        totals, agencies = line.totals, (line,)
        duties = tuple(_of_agency(report, agency, lines))
        ending = sums((line.month, counted(line, report.as_of)) for line in lines)
        months = tuple(month_lines(report.year, ending))
    return Status(
        plan=report.plan,
        as_of=report.as_of,
        title=report.title,
        agency=agency,
        totals=totals,
        duties=tuple(line for line in duties if line.expected or line.outputs),
        agencies=tuple(line for line in agencies if line.expected or line.outputs),
        months=months,
        owed=tuple(sorted(_owed(report, agency), key=lambda line: line.register_by)),
    )


def _owed(report: ConsolidatedReport, agency: str | None) -> list[OccurrenceLine]:
    """What is overdue or open now, also what the agency owes jointly with another."""
    owed = (line for line in report.occurrences if line.state in _OWED_NOW)
    return [line for line in owed if agency is None or agency in (line.agency, *line.jointly_with)]


def _agency(report: ConsolidatedReport, agency: str) -> AgencyLine:
    known = {line.id: line for line in report.agencies}
    if agency not in known:
        like = near(agency, known) or list(known)
        raise Rejected(f"plan {report.plan} has no agency {agency!r}; did you mean {' or '.join(like[:3])}?")
    return known[agency]


def _of_agency(report: ConsolidatedReport, agency: str, lines: list[OccurrenceLine]) -> Iterator[DutyLine]:
    """The duties as far as they are the agency's."""
    heads = {duty.id: duty.model_dump(include=set(DutyHead.model_fields)) for duty in report.duties}
    for pair in report.pairs:
        if pair.agency == agency:
            yield DutyLine(
                **heads[pair.duty],
                **pair.model_dump(include=set(Counts.model_fields)),
                outputs=pair.outputs,
                extra=extra_outputs(line for line in lines if line.duty == pair.duty),
            )
