"""The consolidated report as PDF, by typst with the fonts that lie beside this service.

All text goes in as JSON, and typst sets strings as text: what a title holds can't become markup.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from services.reports.renderings.document import compose
from services.reports.renderings.paper import Paper
from services.reports.renderings.table import Table, text
from shared.contracts.report import ConsolidatedReport
from shared.printable import printable

FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE = Path(__file__).with_name("paper.typ")


def render(report: ConsolidatedReport) -> bytes:
    """The document's bytes; the same report gives the same ones."""
    compiler = typst.Compiler(
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(_shown(compose(report)), ensure_ascii=False)},
    )
    document = compiler.compile(TEMPLATE.read_bytes(), format="pdf")
    assert isinstance(document, bytes)
    return document


def _shown(paper: Paper) -> dict[str, Any]:
    """The paper as JSON, its cells as text."""
    shown = asdict(paper)
    shown["blocks"] = [
        {"kind": block.kind, "text": printable(block.text), "table": block.table and _table(block.table)}
        for block in paper.blocks
    ]
    shown["annexes"] = [
        {
            "number": annex.number,
            "title": annex.title,
            "landscape": annex.landscape,
            "tables": [_table(table) for table in annex.tables],
        }
        for annex in paper.annexes
    ]
    return shown


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": printable(table.title),
        "note": printable(table.note),
        "empty": table.empty,
        "columns": [asdict(column) for column in table.columns],
        "rows": [[printable(text(cell)) for cell in row] for row in table.rows],
    }
