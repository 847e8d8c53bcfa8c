"""How a paragraph of a DOCX comes to look: its own words over its styles' over the document's."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.dom.minidom import Document, Element

from shared.decree.package import children, elements, value

_OFF = ("0", "false", "off")


@dataclass(frozen=True)
class Length:
    """Spacing and indents of a paragraph, in twips; `line` in 240ths of a line where `by_lines`."""

    after: int
    first_line: int
    line: int
    by_lines: bool


class Styles:
    """A document's styles, found by the name that people see: programs give them ids of their own."""

    def __init__(self, part: Document) -> None:
        self._by_id = {value(one, "styleId") or "": one for one in elements(part, "style")}
        self._ids: dict[str, str] = {}
        for key, one in self._by_id.items():
            for name in children(one, "name"):
                self._ids.setdefault((value(name) or "").casefold(), key)
        self._defaults = [child for one in elements(part, "docDefaults") for child in one.getElementsByTagName("*")]
        self._normal = next(
            (
                key
                for key, one in self._by_id.items()
                if value(one, "default") == "1" and value(one, "type") == "paragraph"
            ),
            "",
        )

    def id_of(self, name: str) -> str | None:
        """The id of the style of that name; None where there is none."""
        return self._ids.get(name.casefold())

    def names(self) -> dict[str, str]:
        """The names by id, as they are written."""
        return {key: value(name) or "" for key, one in self._by_id.items() for name in children(one, "name")[:1]}

    def run(self, paragraph: Element | str, run: Element | None, tag: str) -> Element | None:
        """What holds for a run's property `tag`, such as `sz`; `paragraph` may be the id of a style."""
        places = [*(_inside(run, "rPr") if run is not None else ())]
        places += [place for style in self._of_run(run) for place in _inside(style, "rPr")]
        places += [place for style in self._of_paragraph(paragraph) for place in _inside(style, "rPr")]
        places += [one for one in self._defaults if one.localName == "rPr"]
        return _first(places, tag)

    def paragraph(self, paragraph: Element | str, tag: str) -> list[Element]:
        """What is said of a paragraph's property `tag`, such as `ind`, nearest first."""
        places = [] if isinstance(paragraph, str) else _inside(paragraph, "pPr")
        places += [place for style in self._of_paragraph(paragraph) for place in _inside(style, "pPr")]
        places += [one for one in self._defaults if one.localName == "pPr"]
        return [child for place in places for child in children(place, tag)]

    def lengths(self, paragraph: Element | str) -> Length:
        """The paragraph's spacing and first line."""
        spacing, indents = self.paragraph(paragraph, "spacing"), self.paragraph(paragraph, "ind")
        rule = _said(spacing, "lineRule") or "auto"
        return Length(
            _number(_said(spacing, "after")),
            _number(_said(indents, "firstLine")),
            _number(_said(spacing, "line") or "240"),
            rule == "auto",
        )

    def alignment(self, paragraph: Element | str) -> str:
        """`both`, `center`, `right`, or `left` where nothing is said."""
        return _said(self.paragraph(paragraph, "jc"), "val") or "left"

    def is_on(self, paragraph: Element | str, run: Element | None, tag: str) -> bool:
        """Whether `b`, `i` or `caps` holds."""
        found = self.run(paragraph, run, tag)
        return found is not None and (value(found) or "1") not in _OFF

    def _of_run(self, run: Element | None) -> Iterator[Element]:
        for place in _inside(run, "rPr") if run is not None else ():
            for named in children(place, "rStyle"):
                yield from self._chain(value(named) or "")

    def _of_paragraph(self, paragraph: Element | str) -> Iterator[Element]:
        if isinstance(paragraph, str):
            return self._chain(paragraph)
        named = [one for place in _inside(paragraph, "pPr") for one in children(place, "pStyle")]
        return self._chain((value(named[0]) or "") if named else self._normal)

    def _chain(self, key: str) -> Iterator[Element]:
        seen: set[str] = set()
        while key in self._by_id and key not in seen:
            seen.add(key)
            yield self._by_id[key]
            based = children(self._by_id[key], "basedOn")
            key = (value(based[0]) or "") if based else ""


def _inside(of: Element, tag: str) -> list[Element]:
    return children(of, tag)


def _first(places: list[Element], tag: str) -> Element | None:
    return next((child for place in places for child in children(place, tag)), None)


def _said(found: list[Element], name: str) -> str | None:
    return next((said for one in found if (said := value(one, name)) is not None), None)


def _number(text: str | None) -> int:
    try:
        return round(float(text or "0"))
    except ValueError:
        return 0
