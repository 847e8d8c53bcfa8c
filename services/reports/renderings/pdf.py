"""The consolidated report as PDF, by typst with the fonts that lie beside this service.

All text goes in as JSON, and typst sets strings as text: what a title holds can't become markup.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from services.reports.renderings.document import compose
from services.reports.renderings.glyphs import FONTS, shown
from services.reports.renderings.paper import Paper, Run
from services.reports.renderings.table import Table, text
from shared.contracts.report import ConsolidatedReport
from shared.printable import printable

TEMPLATE = Path(__file__).with_name("paper.typ")
# For an archive (ISO 19005-2, all of level A) and for who reads by ear (ISO 14289-1).
STANDARDS = ["a-2a", "ua-1"]


def render(report: ConsolidatedReport) -> bytes:
    """The document's bytes; the same report gives the same ones."""
    return typeset(TEMPLATE, _shown(report, compose(report)), format="pdf", pdf_standards=STANDARDS)


def typeset(template: Path, given: dict[str, Any], **options: Any) -> bytes:
    """What typst makes of the template and of `sys.inputs.given`, with the fonts that we carry alone."""
    compiler = typst.Compiler(
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"given": json.dumps(_printable(given), ensure_ascii=False)},
    )
    document = compiler.compile(str(template), **options)
    assert isinstance(document, bytes)
    return document


def _shown(report: ConsolidatedReport, paper: Paper) -> dict[str, Any]:
    """The paper as JSON, its cells as text."""
    shown = asdict(paper)
    shown["day"] = {"year": report.as_of.year, "month": report.as_of.month, "day": report.as_of.day}
    shown["blocks"] = [
        {
            "kind": block.kind,
            "runs": [asdict(run) for run in block.runs or (Run(block.text),)],
            "table": block.table and _table(block.table),
        }
        for block in paper.blocks
    ]
    for annex, as_json in zip(paper.annexes, shown["annexes"], strict=True):
        as_json["tables"] = [_table(table) for table in annex.tables]
    return shown


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "note": table.note,
        "empty": table.empty,
        "short": table.short,
        "tall": table.tall,
        "columns": [asdict(column) for column in table.columns],
        "rows": [[text(cell) for cell in row] for row in table.rows],
    }


def _printable(given: Any) -> Any:
    match given:
        case str():
            return shown(printable(given))
        case dict():
            return {name: _printable(value) for name, value in given.items()}
        case list() | tuple():
            return [_printable(value) for value in given]
    return given
