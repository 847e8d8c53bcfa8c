"""A PDF as lines of text and rules, each with its place: mm from the page's top left corner, sizes in points."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTComponent, LTContainer, LTCurve, LTLine, LTPage, LTRect, LTTextLine

MM_A_POINT = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """A line of text of one page, numbered from 1; `bottom` is the letters' foot."""

    page: int
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    font: str

    @property
    def bold(self) -> bool:
        return "Bold" in self.font

    @property
    def italic(self) -> bool:
        return "Italic" in self.font

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Rule:
    """A line that was drawn across."""

    page: int
    left: float
    right: float
    y: float

    @property
    def length(self) -> float:
        return self.right - self.left


@dataclass(frozen=True)
class Measured:
    """All that was measured."""

    sizes: list[tuple[float, float]]
    lines: list[Line]
    rules: list[Rule]

    def line(self, start: str) -> Line:
        """The first line that begins so."""
        return next(line for line in self.lines if line.text.startswith(start))


def measure(data: bytes) -> Measured:
    """The PDF's pages, measured."""
    sizes: list[tuple[float, float]] = []
    lines: list[Line] = []
    rules: list[Rule] = []
    for number, page in enumerate(extract_pages(BytesIO(data), laparams=LAParams(char_margin=3)), 1):
        assert isinstance(page, LTPage)
        sizes.append((page.width * MM_A_POINT, page.height * MM_A_POINT))
        for part in _parts(page):
            if isinstance(part, LTTextLine) and (letters := _letters(part)):
                lines.append(
                    Line(
                        number,
                        " ".join(part.get_text().split()),
                        letters[0].x0 * MM_A_POINT,
                        letters[-1].x1 * MM_A_POINT,
                        (page.height - part.y1) * MM_A_POINT,
                        (page.height - part.y0) * MM_A_POINT,
                        round(letters[0].size, 1),
                        letters[0].fontname,
                    )
                )
            elif isinstance(part, LTLine | LTRect | LTCurve) and part.height < 1 and part.width > 10:
                rules.append(
                    Rule(number, part.x0 * MM_A_POINT, part.x1 * MM_A_POINT, (page.height - part.y0) * MM_A_POINT)
                )
    return Measured(sizes, sorted(lines, key=lambda line: (line.page, line.top, line.left)), rules)


def _parts(within: LTContainer[LTComponent]) -> Iterator[LTComponent]:
    for part in within:
        yield part
        if isinstance(part, LTContainer) and not isinstance(part, LTTextLine):
            yield from _parts(part)


def _letters(line: LTTextLine) -> list[LTChar]:
    return [one for one in line if isinstance(one, LTChar) and one.get_text().strip()]
