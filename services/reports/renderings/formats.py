"""How a report is made in each of its formats."""

from collections.abc import Callable, Iterable

from services.reports.build_report import report_json
from services.reports.renderings import docx, html, pdf, xlsx
from shared.contracts.report import FORMATS, ConsolidatedReport, OutputLine

Render = Callable[[ConsolidatedReport], bytes]

RENDER: dict[str, Render] = {
    "json": report_json,
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
}
# What lists every output beside the report.
LISTING: dict[str, Callable[[ConsolidatedReport, Iterable[OutputLine]], bytes]] = {"xlsx": xlsx.render}

assert (*RENDER, *LISTING) == FORMATS
