"""DOCX from XML templates with autoescape, zipped with fixed times: the same words give the same bytes, rows cost next
to nothing, and what a title holds can't become markup.

A kind of paper brings a folder with `document.xml.j2`; styles, page header and the rest are the decree's, in `parts/`,
and so are the macros of `blocks.xml.j2`. Where those macros are rendered for a template that was edited, `style_id`
tells what it calls a style.
"""

from datetime import date
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from shared.decree.package import pack
from shared.decree.units import emu, twips
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
AUTHOR = "Đôn đốc"


def templates(folder: Path) -> Environment:
    """The templates of a kind of paper, with the decree's behind them."""
    made = SandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(Path(__file__).with_name("parts"))]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
    )
    made.globals.update(mm=twips, emu=emu, style_id=str)
    return made


def write_docx(templates: Environment, paper: object, title: str, day: date) -> bytes:
    """The document's bytes. Its templates see `paper`; `title` and `day` are what a file manager shows of it."""
    given = {"paper": paper, "title": title, "author": AUTHOR, "stamp": stamp(day)}
    return pack({name: templates.get_template(template).render(given).encode() for name, template in PARTS.items()})


def stamp(day: date) -> str:
    """The moment that a document is said to be made at: never the clock's."""
    return f"{day.isoformat()}T00:00:00Z"
