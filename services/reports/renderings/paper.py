"""An official paper as blocks: what DOCX and PDF lay out alike (Decree 30/2020/NĐ-CP, Appendix I)."""

from dataclasses import dataclass
from enum import StrEnum

from services.reports.renderings.drawing import Drawing
from services.reports.renderings.table import Table


@dataclass(frozen=True)
class Run:
    """A piece of text in one face."""

    text: str
    bold: bool = False
    italic: bool = False


class Kind(StrEnum):
    """`part` and `heading` are headings of two levels; `gap` is a place that the officer fills."""

    PART = "part"
    HEADING = "heading"
    BODY = "body"
    GAP = "gap"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """A piece of the body; a table block has a table, every other one a text, of which `runs` tell the bold and italic
    parts where it has such."""

    kind: Kind
    text: str = ""
    table: Table | None = None
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Annex:
    """`number` is Roman; the annex lies across the page where `landscape`."""

    number: str
    title: str
    tables: tuple[Table, ...] = ()
    landscape: bool = False
    drawings: tuple[Drawing, ...] = ()


@dataclass(frozen=True)
class Paper:
    """Everything that is printed. `parent` and `issuer` stand in the left block, in capitals, the issuer's name in
    lines of about one length; `author` is the issuer by name; `reference` is how an annex names the paper."""

    author: str
    parent: str
    issuer: tuple[str, ...]
    number: str
    place: str
    subject: str
    addressee: str
    as_of: str
    reference: str
    blocks: tuple[Block, ...]
    signer: str
    receivers: tuple[str, ...]
    annexes: tuple[Annex, ...]
