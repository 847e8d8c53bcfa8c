"""A paper's shell: a DOCX whose placeholders, such as `{{ so_van_ban }}`, are filled with plain text, and whose body is
written where one of them stands.

What stands in a shell is never run: a placeholder is looked up by its name, what is filled in isn't looked at again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from xml.dom.minidom import Document, Element

from shared.decree.look import Styles
from shared.decree.package import CONTENT_TYPES, W, children, copy_of, elements, pack, parse, root_of, unpack, words
from shared.decree.units import TWIPS_A_MM
from shared.printable import printable

DOCUMENT, STYLES, RELATIONS = "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
# What nobody sees: marks and faces of words that aren't there.
_UNSEEN = ("pPr", "rPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak")
XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class Fill:
    """What a shell is filled with. `lines` repeat the paragraph that their placeholder stands in; `core` is the part
    that names title, author and time, if the shell has one; `pictures` are PNG by relationship id."""

    values: Mapping[str, str]
    lines: Mapping[str, tuple[str, ...]]
    core: bytes
    pictures: Mapping[str, bytes]


@dataclass(frozen=True)
class Sheet:
    """What the body's XML is written for: a shell's own styles and page. `named` tells a style's name for its key."""

    styles: Styles
    page: Element
    named: Mapping[str, str]

    def style_id(self, key: str) -> str:
        """What the shell calls the style."""
        return self.styles.id_of(self.named[key]) or ""

    def section(self, landscape: bool, restart: bool) -> str:
        """The shell's section, laid across the page or not, its pages counted on or anew."""
        return _section(self.page, landscape, restart)

    def width(self, landscape: bool) -> float:
        """Millimetres between the margins."""
        size, margins = children(self.page, "pgSz")[0], children(self.page, "pgMar")[0]
        across = _twips(size, "h" if landscape else "w")
        return (across - _twips(margins, "left") - _twips(margins, "right")) / TWIPS_A_MM


# To the body, and to what follows all that shows in the shell, the last section included.
Write = Callable[[Sheet], tuple[str, str]]


def fill(shell: bytes, body: str, named: Mapping[str, str], given: Fill, write: Write) -> bytes:
    """The paper's bytes. `body` is the placeholder of what `write` makes; `named` tells the style's name for a key.

    The shell must be one in which no fault is found."""
    parts = unpack(shell)
    document, styles = parse(parts[DOCUMENT]), Styles(parse(parts[STYLES]))
    for paragraph in elements(document, "p"):
        _fill(paragraph, given)
    before, place, after, section = _split(document, body)
    written, end = write(Sheet(styles, section, named))
    root = root_of(document)
    pieces = (
        _opening(root),
        *(node.toxml() for node in root.childNodes if node is not place.parentNode),
        "<w:body>",
        *(node.toxml() for node in before),
        written,
        *(node.toxml() for node in after),
        end,
        f"</w:body></{root.tagName}>",
    )
    parts[DOCUMENT] = XML + "".join(pieces).encode()
    if "docProps/core.xml" in parts:
        parts["docProps/core.xml"] = given.core
    if given.pictures:
        parts[RELATIONS] = _related(parse(parts[RELATIONS]), given.pictures)
        parts[CONTENT_TYPES] = _typed(parse(parts[CONTENT_TYPES]))
        parts |= {_file(key): data for key, data in given.pictures.items()}
    return pack(parts)


def text_of(paragraph: Element) -> str:
    """The paragraph's text, however many runs a program cut it into."""
    return "".join(words(text) for text in _texts(paragraph))


def alone(paragraph: Element, name: str) -> bool:
    """Whether nothing but that placeholder stands in the paragraph."""
    return PLACEHOLDER.fullmatch(text_of(paragraph).strip()) is not None and name in PLACEHOLDER.findall(
        text_of(paragraph)
    )


def _fill(paragraph: Element, given: Fill) -> None:
    found = PLACEHOLDER.findall(text_of(paragraph))
    repeated = next((name for name in found if name in given.lines), None)
    if repeated is None:
        if any(name in given.values for name in found):
            _substitute(paragraph, given.values)
        return
    parent = paragraph.parentNode
    assert isinstance(parent, Element), "paragraphs stand in something"
    for line in given.lines[repeated]:
        copy = copy_of(paragraph)
        _substitute(copy, {repeated: line})
        parent.insertBefore(copy, paragraph)
    parent.removeChild(paragraph)


def _substitute(paragraph: Element, values: Mapping[str, str]) -> None:
    """Put the values in the runs in which their placeholders begin, and take the rest of the placeholders away."""
    texts = _texts(paragraph)
    starts, whole = [], ""
    for text in texts:
        starts.append(len(whole))
        whole += words(text)
    for match in reversed(list(PLACEHOLDER.finditer(whole))):
        if match[1] not in values:
            continue
        put = printable(values[match[1]])
        for text, start in zip(texts, starts, strict=True):
            data = words(text)
            first, last = max(0, match.start() - start), min(len(data), match.end() - start)
            if first >= len(data) or last <= 0:
                continue
            _set(text, data[:first] + (put if match.start() >= start else "") + data[last:])


def _texts(paragraph: Element) -> list[Element]:
    return elements(paragraph, "t")


def _set(text: Element, data: str) -> None:
    for node in list(text.childNodes):
        text.removeChild(node)
    text.appendChild(Document().createTextNode(data))
    text.setAttribute("xml:space", "preserve")


def _split(document: Document, body: str) -> tuple[list[Element], Element, list[Element], Element]:
    """What stands before the body's placeholder, that, what stands after, and the section of the page.

    Empty lines at the end are left out, which programs want after a table: where the page is full, they would stand
    alone on another."""
    content = elements(document, "body")[0]
    blocks = _inner(content)
    place = next(one for one in blocks if one.localName == "p" and alone(one, body))
    section = next(one for one in reversed(blocks) if one.localName == "sectPr")
    at = blocks.index(place)
    after = [one for one in blocks[at + 1 :] if one is not section]
    while after and _unseen(after[-1]):
        after.pop()
    return blocks[:at], place, after, section


def _unseen(node: Element) -> bool:
    """Whether nothing shows of it: an empty line, whatever marks a program left in it."""
    if node.localName in ("p", "r"):
        return all(map(_unseen, _inner(node)))
    return node.localName in _UNSEEN or (node.localName == "t" and not words(node).strip())


def _inner(node: Element) -> list[Element]:
    return [one for one in node.childNodes if isinstance(one, Element)]


def _section(section: Element, landscape: bool, restart: bool) -> str:
    copy = copy_of(section)
    if restart:
        for one in children(copy, "pgNumType"):
            copy.removeChild(one)
        count = Document().createElementNS(W, "w:pgNumType")
        count.setAttribute("w:start", "1")
        before = children(
            copy, "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi", "rtlGutter", "docGrid"
        )
        copy.insertBefore(count, before[0] if before else None)
    if landscape:
        size = children(copy, "pgSz")[0]
        wide, high = size.getAttributeNS(W, "w"), size.getAttributeNS(W, "h")
        for name, value in (("w", high), ("h", wide), ("orient", "landscape")):
            size.setAttributeNS(W, f"w:{name}", value)
    return str(copy.toxml())


def _twips(of: Element, name: str) -> int:
    return int(of.getAttributeNS(W, name))


def _opening(root: Element) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in root.attributes.items())
    return f"<{root.tagName}{attributes}>"


def _file(key: str) -> str:
    return f"word/media/{key}.png"


def _related(relations: Document, pictures: Mapping[str, bytes]) -> bytes:
    for key in pictures:
        one = relations.createElementNS(_RELATION, "Relationship")
        for name, said in (("Id", key), ("Type", _IMAGE), ("Target", _file(key).removeprefix("word/"))):
            one.setAttribute(name, said)
        root_of(relations).appendChild(one)
    return XML + root_of(relations).toxml().encode()


def _typed(types: Document) -> bytes:
    root = root_of(types)
    if "png" not in _extensions(root):
        one = types.createElementNS(_TYPES, "Default")
        one.setAttribute("Extension", "png")
        one.setAttribute("ContentType", "image/png")
        root.insertBefore(one, root.firstChild)
    return XML + root.toxml().encode()


def _extensions(root: Element) -> Iterator[str]:
    for one in root.getElementsByTagNameNS(_TYPES, "Default"):
        yield one.getAttribute("Extension").lower()
