"""The figures that a document must show, as text, straight from the report."""

from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, Counts

FIGURES = tuple(Counts.model_fields)


def shown(counts: Counts) -> list[str]:
    """The seven figures in the contract's order."""
    return [str(getattr(counts, name)) for name in FIGURES]


def totals(report: ConsolidatedReport) -> list[list[str]]:
    """The two rows of totals."""
    return [shown(report.totals.explicit), shown(report.totals.implied)]


def months(report: ConsolidatedReport, count: Count) -> list[list[str]]:
    """A row for each month."""
    return [shown(line.totals.implied if count is Count.IMPLIED else line.totals.explicit) for line in report.months]


def counted_duties(report: ConsolidatedReport) -> dict[str, list[str]]:
    """The figures of the duties that are counted, by id."""
    return {line.id: shown(line) for line in report.duties if line.expected}
