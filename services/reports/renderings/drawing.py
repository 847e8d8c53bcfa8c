"""A chart as boxes, lines and words on a plane in millimetres: what SVG and typst draw alike. Pure."""

from dataclasses import dataclass
from typing import Literal

from services.reports.renderings.charts import Chart, HeatMap, Shape

WIDTH = 165.0  # between the margins of the upright page
INK, FAINT, PAPER = "#1c2530", "#c3ccd5", "#ffffff"
ROW, COLUMNS_HEIGHT = 4.4, 62.0
NAMES, LABELS = 54.0, 24.0  # left and right of the bars
SIZE = 8.0  # points
MM_A_POINT = 25.4 / 72
# Above the letters' baseline lies what makes them look centred in their row.
BASELINE = 0.33 * SIZE * MM_A_POINT
LEGEND = 7.0
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """A filled rectangle, with a line around it where `stroke`."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str = "none"


@dataclass(frozen=True)
class Words:
    """A line of text whose baseline begins, is centred, or ends at x, y. `size` in points."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    colour: str = INK
    size: float = SIZE


@dataclass(frozen=True)
class Drawing:
    """`title` and `note` stand beside the picture as text; `alt` stands for it."""

    key: str
    title: str
    alt: str
    note: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]


def draw(chart: Chart | HeatMap) -> Drawing:
    """The chart's picture; the same chart gives the same one."""
    if isinstance(chart, HeatMap):
        marks, height = _heat(chart)
    elif chart.shape is Shape.COLUMNS:
        marks, height = _columns(chart)
    else:
        marks, height = _lying(chart)
    return Drawing(
        chart.key,
        chart.title,
        chart.alt,
        chart.note,
        WIDTH,
        round(height, 2),
        tuple(mark for mark in marks if isinstance(mark, Box)),
        tuple(mark for mark in marks if isinstance(mark, Words)),
    )


_Marks = tuple[list[Box | Words], float]


def _lying(chart: Chart) -> _Marks:
    """Bars across the page, a row a category: shares of their own whole, or lengths that compare."""
    marks: list[Box | Words] = []
    top = _legend([(one.label, one.colour) for one in chart.series], marks) if len(chart.series) > 1 else 1.0
    room = WIDTH - NAMES - LABELS
    longest = max((sum(_at(chart, n)) for n in range(len(chart.categories))), default=0)
    for n, name in enumerate(chart.categories):
        middle = top + (n + 0.5) * ROW
        marks.append(Words(NAMES - 1.5, middle + BASELINE, _short(name, NAMES - 2), "end"))
        values = _at(chart, n)
        whole = sum(values) if chart.shape is Shape.SHARES else longest
        x = NAMES
        for one, value in zip(chart.series, values, strict=True):
            if not value:
                continue
            width = room * value / whole
            marks.append(Box(_round(x), _round(middle - 1.5), _round(width), 3.0, one.colour, PAPER))
            x += width
        marks.append(
            Words(
                _round((NAMES + room if chart.shape is Shape.SHARES else x) + 1.2),
                _round(middle + BASELINE),
                chart.labels[n],
            )
        )
    return marks, top + len(chart.categories) * ROW + 1


def _columns(chart: Chart) -> _Marks:
    """Columns piled up, a place a category, over lines at round values."""
    marks: list[Box | Words] = []
    top = _legend([(one.label, one.colour) for one in chart.series], marks) + 4
    most = max((sum(_at(chart, n)) for n in range(len(chart.categories))), default=0)
    step = _step(most)
    whole = step * -(-max(most, 1) // step)
    left, foot = 10.0, top + COLUMNS_HEIGHT
    for value in range(0, whole + 1, step):
        y = _round(foot - COLUMNS_HEIGHT * value / whole)
        marks.append(Box(left, y, WIDTH - left, 0.15, FAINT))
        marks.append(Words(left - 1.5, _round(y + BASELINE), str(value), "end"))
    place = (WIDTH - left) / max(1, len(chart.categories))
    for n, name in enumerate(chart.categories):
        centre, y = left + (n + 0.5) * place, foot
        for value, one in zip(_at(chart, n), chart.series, strict=True):
            if not value:
                continue
            height = COLUMNS_HEIGHT * value / whole
            y -= height
            marks.append(
                Box(_round(centre - 0.3 * place), _round(y), _round(0.6 * place), _round(height), one.colour, PAPER)
            )
            if height > ROW * 0.8:
                marks.append(Words(_round(centre), _round(y + height / 2 + BASELINE), str(value), "middle", PAPER))
        if len([value for value in _at(chart, n) if value]) > 1 or not _at(chart, n)[0]:
            marks.append(Words(_round(centre), _round(y - 1), chart.labels[n], "middle"))
        marks.append(Words(_round(centre), foot + ROW, name, "middle"))
    return marks, foot + ROW + 2


def _heat(chart: HeatMap) -> _Marks:
    """A field for each row and column, with its text in it."""
    marks: list[Box | Words] = []
    top = _legend(list(chart.legend), marks) + ROW
    place = (WIDTH - NAMES) / max(1, len(chart.columns))
    for n, name in enumerate(chart.columns):
        marks.append(Words(_round(NAMES + (n + 0.5) * place), _round(top - 1.2), name, "middle"))
    for n, (name, fields) in enumerate(zip(chart.rows, chart.fields, strict=True)):
        y = top + n * ROW
        marks.append(Words(NAMES - 1.5, _round(y + ROW / 2 + BASELINE), _short(name, NAMES - 2), "end"))
        for m, field in enumerate(fields):
            x = NAMES + m * place
            if field is None:
                continue
            filled = field.colour or PAPER
            marks.append(
                Box(_round(x + 0.2), _round(y + 0.2), _round(place - 0.4), ROW - 0.4, filled, field.colour or FAINT)
            )
            colour = PAPER if field.colour else INK
            marks.append(
                Words(_round(x + place / 2), _round(y + ROW / 2 + BASELINE), field.text, "middle", colour, SIZE - 0.5)
            )
    return marks, top + len(chart.rows) * ROW + 1


def _legend(named: list[tuple[str, str]], marks: list[Box | Words]) -> float:
    """Squares of each colour with its name, in a line; where the rest of the picture begins."""
    x = NAMES
    for label, colour in named:
        marks.append(Box(_round(x), 0.8, 3.0, 3.0, colour))
        marks.append(Words(_round(x + 4), _round(2.3 + BASELINE), label))
        x += 9 + _width(label)
    return LEGEND


def _at(chart: Chart, place: int) -> list[int]:
    return [one.values[place] for one in chart.series]


def _step(most: int) -> int:
    """What lies between two lines: 1, 2 or 5 and noughts, so that there are six lines at most."""
    step, factors = 1, (2, 2.5, 2)
    turn = 0
    while most / step > 5:
        step = int(step * factors[turn % 3])
        turn += 1
    return step


def _width(text: str) -> float:
    """About as wide as the letters are in mm, rather more."""
    return sum(0.72 if letter.isupper() or letter in "&@%—" else 0.48 for letter in text) * SIZE * MM_A_POINT


def _short(text: str, room: float) -> str:
    """The text, or as much of it as fits with a sign that it goes on."""
    if _width(text) <= room:
        return text
    kept = text[:60]
    while kept and _width(kept + "…") > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _round(value: float) -> float:
    return round(value, 2)
