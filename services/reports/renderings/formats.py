"""How a report is made in each of its formats."""

from collections.abc import Callable

from services.reports.build_report import report_json
from services.reports.renderings import docx, html, pdf, xlsx
from shared.contracts.report import FORMATS, ConsolidatedReport

Render = Callable[[ConsolidatedReport], bytes]

RENDER: dict[str, Render] = {
    "json": report_json,
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "xlsx": xlsx.render,
}

assert tuple(RENDER) == FORMATS
