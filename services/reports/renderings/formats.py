"""The formats that a report can be had in."""

from collections.abc import Callable

from services.reports.build_report import report_json
from services.reports.renderings import docx, html, pdf, xlsx
from shared.contracts.report import ConsolidatedReport

Render = Callable[[ConsolidatedReport], bytes]

FORMATS: dict[str, Render] = {
    "json": report_json,
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "xlsx": xlsx.render,
}
