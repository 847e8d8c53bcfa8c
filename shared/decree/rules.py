"""What Decree 30/2020/NĐ-CP, Appendix I, lays down for the parts of a paper, and how a DOCX's part is held against it.

Sizes in points, lengths in millimetres.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.dom.minidom import Element

from shared.decree.faults import Fault
from shared.decree.look import Styles
from shared.decree.package import children, value
from shared.decree.units import TWIPS_A_MM

FONT = "Times New Roman"
PAGE = (210, 297)
MARGINS = {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}
FIRST_LINE = (10, 12.7)
LEAST_AFTER = 6
LINES = (1.0, 1.5)
_SIDES = {"top": "trên", "bottom": "dưới", "left": "trái", "right": "phải"}
# Programs round to whole twips, and some to tenths of a millimetre.
TOLERANCE = 0.2


@dataclass(frozen=True)
class Look:
    """How a part looks. None: the decree says nothing of it."""

    sizes: tuple[float, float]
    bold: bool | None = None
    italic: bool | None = None
    align: str | None = None


STATE = Look((12, 13), bold=True)
MOTTO = Look((13, 14), bold=True)
PARENT = Look((12, 13), bold=False)
ISSUER = Look((12, 13), bold=True)
NUMBER = Look((13, 13), bold=False)
PLACE = Look((13, 14), italic=True)
NAME = Look((13, 14), bold=True, align="center")
BODY = Look((13, 14), align="both")
HEADING = Look((13, 14), bold=True)
ADDRESSEE = Look((13, 14))
SIGNER = Look((13, 14), bold=True)
RECEIVERS_LABEL = Look((12, 12), bold=True, italic=True)
RECEIVERS = Look((11, 11))
PAGE_NUMBER = Look((13, 14), align="center")
_ALIGNED = {"both": ("canh đều hai bên", "justified"), "center": ("canh giữa", "centred")}


def look_faults(look: Look, styles: Styles, paragraph: Element | str, run: Element | None) -> Iterator[Fault]:
    """What is otherwise in the run (of the paragraph, or of the style of that id); whoever asks knows the place."""
    found = styles.run(paragraph, run, "sz")
    size = _half_points(found) / 2
    low, high = look.sizes
    if not low <= size <= high:
        wanted = f"{low:g}" if low == high else f"{low:g}–{high:g}"
        yield Fault(f"cỡ chữ {size:g}, phải là {wanted}.", f"font size {size:g}, must be {wanted}.")
    for tag, wanted_on, word_vi, word_en in (("b", look.bold, "đậm", "bold"), ("i", look.italic, "nghiêng", "italic")):
        if wanted_on is not None and styles.is_on(paragraph, run, tag) != wanted_on:
            yield (
                Fault(f"phải in {word_vi}.", f"must be {word_en}.")
                if wanted_on
                else Fault(f"không in {word_vi}.", f"must not be {word_en}.")
            )
    if look.align is not None and styles.alignment(paragraph) != look.align:
        wanted_vi, wanted_en = _ALIGNED[look.align]
        yield Fault(f"phải {wanted_vi}.", f"must be {wanted_en}.")
    yield from font_faults(styles, paragraph, run)


def font_faults(styles: Styles, paragraph: Element | str, run: Element | None) -> Iterator[Fault]:
    """Whether the run is in another font, or in another colour than black."""
    fonts = styles.run(paragraph, run, "rFonts")
    named = {value(fonts, name) or value(fonts, f"{name}Theme") for name in ("ascii", "hAnsi")} if fonts else {None}
    if wrong := sorted(str(one or "?") for one in named if one != FONT):
        yield Fault(f"phông chữ {', '.join(wrong)}, phải là {FONT}.", f"font {', '.join(wrong)}, must be {FONT}.")
    colour = styles.run(paragraph, run, "color")
    if colour is not None and (value(colour) or "auto").lower() not in ("auto", "000000"):
        yield Fault(f"màu chữ {value(colour)}, phải là màu đen.", f"colour {value(colour)}, must be black.")


def length_faults(styles: Styles, paragraph: Element | str) -> Iterator[Fault]:
    """Whether a paragraph of the body is spaced or indented otherwise."""
    lengths = styles.lengths(paragraph)
    first = lengths.first_line / TWIPS_A_MM
    if not _within(first, FIRST_LINE):
        yield Fault(
            f"thụt đầu dòng {first / 10:.2f} cm, phải là 1–1,27 cm.",
            f"first line {first:.1f} mm, must be 10–12.7 mm.",
        )
    if lengths.after / 20 < LEAST_AFTER:
        yield Fault(
            f"cách đoạn {lengths.after / 20:g} pt, tối thiểu 6 pt.",
            f"{lengths.after / 20:g} pt after, must be 6 pt or more.",
        )
    lines = lengths.line / 240 if lengths.by_lines else lengths.line / 20 / 16
    if not LINES[0] <= round(lines, 2) <= LINES[1]:
        yield Fault(f"cách dòng {lines:.2f}, phải từ 1,0 đến 1,5.", f"line spacing {lines:.2f}, must be 1.0–1.5.")


def page_faults(section: Element) -> Iterator[Fault]:
    """Where the page isn't upright A4 with the decree's margins, or shows a number on its first page."""
    size, margins = children(section, "pgSz"), children(section, "pgMar")
    if not size or not margins:
        yield Fault("Trang: thiếu khổ giấy hoặc lề.", "Page: size or margins are missing.")
        return
    measured = [_millimetres(size[0], name) for name in ("w", "h")]
    if any(abs(one - right) > 1 for one, right in zip(measured, PAGE, strict=True)):
        text = " × ".join(f"{one:.0f}" for one in measured)
        yield Fault(
            f"Trang: khổ giấy {text} mm, phải là A4 đứng (210 × 297 mm).",
            f"Page: {text} mm, must be A4 upright (210 × 297 mm).",
        )
    for side, limits in MARGINS.items():
        margin = _millimetres(margins[0], side)
        if not _within(margin, limits):
            wanted = f"{limits[0]}–{limits[1]}"
            yield Fault(
                f"Trang: lề {_SIDES[side]} {margin:.1f} mm, phải là {wanted} mm.",
                f"Page: {side} margin {margin:.1f} mm, must be {wanted} mm.",
            )
    if not any((value(one) or "1") not in ("0", "false") for one in children(section, "titlePg")):
        yield Fault(
            "Trang: trang đầu không đánh số; hãy chọn “Different First Page”.",
            "Page: the first page bears no number; choose “Different First Page”.",
        )


def _within(number: float, limits: tuple[float, float]) -> bool:
    return limits[0] - TOLERANCE <= number <= limits[1] + TOLERANCE


def _half_points(found: Element | None) -> float:
    try:
        return float(value(found) or "20") if found is not None else 20  # what Word takes where nothing is said
    except ValueError:
        return 0


def _millimetres(of: Element, name: str) -> float:
    try:
        return float(value(of, name) or "0") / TWIPS_A_MM
    except ValueError:
        return 0
