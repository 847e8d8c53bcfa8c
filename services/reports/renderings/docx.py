"""The consolidated report as DOCX, for the officer who completes it."""

from pathlib import Path

from services.reports.renderings.document import compose
from services.reports.renderings.table import Table, text
from shared.contracts.report import ConsolidatedReport
from shared.decree.docx import templates, twips, write_docx


def render(report: ConsolidatedReport) -> bytes:
    """The document's bytes."""
    paper = compose(report)
    return write_docx(_TEMPLATES, paper, paper.subject, report.as_of)


def _spread(table: Table, width: float) -> list[int]:
    """The widths of the table's columns in twips, so that together they are `width` mm."""
    whole = sum(column.width for column in table.columns)
    return [twips(column.width * width / whole) for column in table.columns]


_TEMPLATES = templates(Path(__file__).with_name("docx_parts"))
_TEMPLATES.globals.update(spread=_spread, text=text)
