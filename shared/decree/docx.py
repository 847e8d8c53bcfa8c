"""DOCX from XML templates with autoescape, zipped with fixed times: the same words give the same bytes, rows cost next
to nothing, and what a title holds can't become markup.

A kind of paper brings a folder with `document.xml.j2`; styles, page header and the rest are the decree's, in `parts/`,
and so are the macros of `blocks.xml.j2`.
"""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from shared.printable import finalize

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


def twips(millimetres: float) -> int:
    """The length in the unit of DOCX."""
    return round(millimetres * TWIPS_A_MM)


def templates(folder: Path) -> Environment:
    """The templates of a kind of paper, with the decree's behind them."""
    made = SandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(Path(__file__).with_name("parts"))]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
    )
    made.globals.update(mm=twips)
    return made


def write_docx(templates: Environment, paper: object, title: str, day: date) -> bytes:
    """The document's bytes. Its templates see `paper`; `title` and `day` are what a file manager shows of it."""
    given = {"paper": paper, "title": title, "stamp": f"{day.isoformat()}T00:00:00Z"}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, template in PARTS.items():
            part = zipfile.ZipInfo(name, ZIP_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, templates.get_template(template).render(given))
    return packed.getvalue()
