"""How a report is made in each of its formats."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from services.reports.build_report import report_json
from services.reports.renderings import docx, html, pdf, xlsx
from shared.contracts.report import FORMATS, ConsolidatedReport, OutputLine

Render = Callable[[ConsolidatedReport], bytes]

RENDER: Mapping[str, Render] = {
    "json": report_json,
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
}
# What lists every output beside the report.
LISTING: dict[str, Callable[[ConsolidatedReport, Iterable[OutputLine]], bytes]] = {"xlsx": xlsx.render}

assert (*RENDER, *LISTING) == FORMATS


def renders(template: bytes | None) -> Mapping[str, Render]:
    """RENDER, the DOCX in the department's template if there is one; it was checked before."""
    return {**RENDER, "docx": partial(docx.render, template=template)}
