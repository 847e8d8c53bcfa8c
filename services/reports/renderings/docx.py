"""The consolidated report as DOCX, for the officer who completes it.

The parts are Jinja2 templates with autoescape, zipped with fixed times: the same report gives the same bytes, rows cost
next to nothing, and what a title holds can't become markup.
"""

import zipfile
from io import BytesIO
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.reports.renderings.document import compose
from services.reports.renderings.printable import finalize
from services.reports.renderings.table import Table, text
from shared.contracts.report import ConsolidatedReport

PARTS = {
    "[Content_Types].xml": "content_types.xml.j2",
    "_rels/.rels": "rels.xml.j2",
    "docProps/core.xml": "core.xml.j2",
    "word/_rels/document.xml.rels": "document_rels.xml.j2",
    "word/document.xml": "document.xml.j2",
    "word/styles.xml": "styles.xml.j2",
    "word/settings.xml": "settings.xml.j2",
    "word/header.xml": "header.xml.j2",
}
TWIPS_A_MM = 1440 / 25.4
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(report: ConsolidatedReport) -> bytes:
    """The document's bytes."""
    paper = compose(report)
    given = {"paper": paper, "stamp": f"{report.as_of.isoformat()}T00:00:00Z"}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, template in PARTS.items():
            part = zipfile.ZipInfo(name, ZIP_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, _TEMPLATES.get_template(template).render(given))
    return packed.getvalue()


def _twips(millimetres: float) -> int:
    return round(millimetres * TWIPS_A_MM)


def _spread(table: Table, width: float) -> list[int]:
    """The widths of the table's columns in twips, so that together they are `width` mm."""
    whole = sum(column.width for column in table.columns)
    return [_twips(column.width * width / whole) for column in table.columns]


_TEMPLATES = SandboxedEnvironment(
    loader=FileSystemLoader(Path(__file__).with_name("docx_parts")),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=finalize,
)
_TEMPLATES.globals.update(mm=_twips, spread=_spread, text=text)
