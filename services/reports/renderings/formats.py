"""How a report is made in each of its formats."""

from collections.abc import Callable, Mapping
from functools import partial

from services.reports.build_report import report_json
from services.reports.renderings import docx, html, pdf, xlsx
from shared.contracts.report import FORMATS, ConsolidatedReport

Render = Callable[[ConsolidatedReport], bytes]

RENDER: Mapping[str, Render] = {
    "json": report_json,
    "html": html.render,
    "docx": docx.render,
    "pdf": pdf.render,
    "xlsx": xlsx.render,
}

assert tuple(RENDER) == FORMATS


def renders(template: bytes | None) -> Mapping[str, Render]:
    """RENDER, the DOCX in the department's template if there is one; it was checked before."""
    return {**RENDER, "docx": partial(docx.render, template=template)}
