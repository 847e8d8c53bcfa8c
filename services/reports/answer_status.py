"""Answer how a plan stands: the report's counts, and what is owed now."""

from datetime import date

from services.reports.build_report import build_report
from services.reports.question import Question
from services.reports.read_report import Reading, read_report
from services.reports.store import Store
from shared.contracts.ledger import State
from shared.contracts.report import ConsolidatedReport, OccurrenceLine
from shared.contracts.status import Status
from shared.mongo import Mongo
from shared.near import near
from shared.outcomes import Rejected

_OWED_NOW = (State.OVERDUE, State.OPEN)


class StatusQuestion(Question):
    """Which plan (None: the only one, or that of the year), agency (None: all) and day (None: the last)."""

    plan: str | None = None
    agency: str | None = None
    as_of: date | None = None


async def answer_status(question: StatusQuestion, store: Store, mongo: Mongo) -> Status:
    """The status as of a day.

    Raises Rejected for an unknown plan, agency or day, Retry while the view is being rebuilt.
    """
    reading = await read_report(question.plan, question.as_of, store, mongo)
    return status_of(reading, question.agency)


def status_of(reading: Reading, agency: str | None) -> Status:
    """The report's own lines, of one agency or of all. Raises Rejected for an agency that the plan doesn't know."""
    whole = reading.report
    part = whole if agency is None else _of_agency(reading, agency)
    return Status(
        plan=whole.plan,
        as_of=whole.as_of,
        title=whole.title,
        agency=agency,
        totals=part.totals,
        duties=tuple(line for line in part.duties if line.expected or line.outputs),
        agencies=tuple(line for line in part.agencies if line.expected or line.outputs),
        months=part.months,
        owed=tuple(sorted(_owed(whole, agency), key=lambda line: line.register_by)),
    )


def _owed(report: ConsolidatedReport, agency: str | None) -> list[OccurrenceLine]:
    """What is overdue or open now, also what the agency owes jointly with another."""
    owed = (line for line in report.occurrences if line.state in _OWED_NOW)
    return [line for line in owed if agency is None or agency in (line.agency, *line.jointly_with)]


def _of_agency(reading: Reading, agency: str) -> ConsolidatedReport:
    known = [line.id for line in reading.report.agencies]
    if agency not in known:
        like = near(agency, known) or known
        raise Rejected(f"plan {reading.plan.plan} has no agency {agency!r}; did you mean {' or '.join(like[:3])}?")
    return build_report(
        reading.plan,
        [account for account in reading.view.accounts if account.key.agency == agency],
        [output for output in reading.view.outputs if output.agency == agency],
        reading.view.reviews,
        reading.report.as_of,
    )
