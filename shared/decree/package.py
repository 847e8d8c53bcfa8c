"""A DOCX as its parts: opened within bounds, and packed so that the same parts give the same bytes.

Nothing that a part holds is trusted: no entities are defined, nothing nests or grows without bounds.
"""

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.dom.minidom import Document, Element, Text, parseString
from xml.parsers import expat
from zlib import error as ZlibError  # noqa: N812 - it is an exception

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MOST_PARTS = 300
MOST_BYTES = 30_000_000  # unpacked
DEEPEST = 100
MOST_ELEMENTS = 200_000
CONTENT_TYPES = "[Content_Types].xml"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# ECMA-376-2, 6.2.2: segments of letters, digits and a few signs, none of which ends in a dot, percent-encoded else.
_SEGMENT = r"[A-Za-z0-9_~!$&'()*+,;=:@%.\[\] -]*[A-Za-z0-9_~!$&'()*+,;=:@%\[\]-]"
_PART_NAME = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")


class Damaged(ValueError):
    """This is no DOCX that can be read safely."""


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts by name, in the archive's order. Raises Damaged."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = {entry.filename for entry in entries}
            if len({name.casefold() for name in names}) != len(entries) or len(entries) > MOST_PARTS:
                raise Damaged(f"parts that repeat, or more than {MOST_PARTS} of them")
            if odd := sorted(name for name in names if not _PART_NAME.fullmatch(name)):
                raise Damaged(f"a part with a name that Word never gives, {odd[0][:100]!a}")
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise Damaged(f"more than {MOST_BYTES:,} bytes when unpacked")
            # No more than file_size is unpacked, whatever the stream holds.
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Damaged(str(error) or "no zip archive") from None
    if not {CONTENT_TYPES, "word/document.xml", "word/styles.xml"} <= names:
        raise Damaged("no Word document (.docx)")
    return parts


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The archive of the parts, in their order, at a fixed time."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            part = zipfile.ZipInfo(name, ZIP_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(part, data)
    return packed.getvalue()


def parse(part: bytes) -> Document:
    """The part as a tree that keeps its prefixes, which Word compares by name (mc:Ignorable). Raises Damaged."""
    _look_at(part)
    return parseString(part)  # noqa: S318 - looked at: no entities, bounded


def root_of(document: Document) -> Element:
    """The part's outermost element."""
    assert document.documentElement is not None, "a parsed part has a root"
    return document.documentElement


def copy_of(element: Element) -> Element:
    """The element with all that it holds."""
    copy = element.cloneNode(deep=True)
    assert isinstance(copy, Element), "a copy is of the same kind"
    return copy


def elements(within: Document | Element, tag: str) -> list[Element]:
    """All elements of that local name in the namespace of Word's text, in order."""
    return list(within.getElementsByTagNameNS(W, tag))


def words(of: Element) -> str:
    """The text that stands in the element itself."""
    return "".join(node.data for node in of.childNodes if isinstance(node, Text))


def children(of: Element, *tags: str) -> list[Element]:
    """The element's own children of those local names."""
    return [
        node
        for node in of.childNodes
        if isinstance(node, Element) and node.namespaceURI == W and (not tags or node.localName in tags)
    ]


def value(of: Element, name: str = "val") -> str | None:
    """An attribute in the namespace of Word's text; None where there is none."""
    return of.getAttributeNS(W, name) if of.hasAttributeNS(W, name) else None


def _look_at(part: bytes) -> None:
    depth = count = 0

    def refuse(*_: object) -> None:
        raise Damaged("a document type, which Word never writes")

    def start(*_: object) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise Damaged("more elements than a template has")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise Damaged(f"broken XML: {error}") from None
