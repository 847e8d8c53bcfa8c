"""The consolidated report as DOCX, for the officer who completes it."""

from dataclasses import asdict
from pathlib import Path

from services.reports.renderings.document import compose
from services.reports.renderings.drawing import Drawing
from services.reports.renderings.paper import Paper
from services.reports.renderings.pdf import typeset
from services.reports.renderings.placeholders import BODY, PARTS, builtin_template, style_names
from services.reports.renderings.table import Table, text
from shared.contracts.report import ConsolidatedReport
from shared.decree.docx import stamp
from shared.decree.shell import Fill, Sheet, fill
from shared.decree.units import twips

PICTURE = Path(__file__).with_name("picture.typ")
DOTS_AN_INCH = 192


def render(report: ConsolidatedReport, template: bytes | None = None) -> bytes:
    """The document's bytes. `template` is a DOCX in which `check_template` finds no fault; ours if None."""
    paper = compose(report)
    core = PARTS.get_template("core.xml.j2")
    given = Fill(
        _values(paper),
        {"co_quan_ban_hanh": paper.issuer, "noi_nhan": paper.receivers},
        core.render(title=paper.subject, author=paper.author, stamp=stamp(report.as_of)).encode(),
        {drawing.key: _png(drawing) for annex in paper.annexes for drawing in annex.drawings},
    )

    def write(sheet: Sheet) -> tuple[str, str]:
        context = {"paper": paper, "sheet": sheet, "style_id": sheet.style_id}
        body, annexes = (PARTS.get_template(f"{name}.xml.j2").render(context) for name in ("body", "annexes"))
        return body, annexes

    return fill(template or builtin_template(), BODY, style_names(), given, write)


def _values(paper: Paper) -> dict[str, str]:
    return {
        "co_quan_chu_quan": paper.parent,
        "so_van_ban": paper.number,
        "dia_danh_ngay_thang": paper.place,
        "ten_bao_cao": paper.subject,
        "so_lieu_den_ngay": paper.as_of,
        "kinh_gui": paper.addressee,
        "chuc_vu_nguoi_ky": paper.signer,
    }


def _png(drawing: Drawing) -> bytes:
    return typeset(PICTURE, asdict(drawing), format="png", ppi=DOTS_AN_INCH)


def _spread(table: Table, width: float) -> list[int]:
    """The widths of the table's columns in twips, so that together they are `width` mm."""
    whole = sum(column.width for column in table.columns)
    return [twips(column.width * width / whole) for column in table.columns]


PARTS.globals.update(spread=_spread, text=text)
