"""DOCX and PDF held against Decree 30/2020/NĐ-CP, Appendix I, point by point: in the DOCX by what python-docx reads,
in the PDF by where things stand on the page."""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from services.reports.renderings import pdf
from services.reports.renderings.docx import render
from tests.unit.reports.renderings.measured import Line, Measured, measure
from tests.unit.reports.sample import sample_report

STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT = 30, 15, 20, 20, 210, 297
MIDDLE = (LEFT + WIDTH - RIGHT) / 2
PADDING = 2 * 70 * 25.4 / 1440  # left and right in a cell
SINGLE = 1.149  # of Times New Roman and its metric twins: a single line in em


@pytest.fixture(scope="module")
def paper() -> Measured:
    """The PDF."""
    return measure(pdf.render(sample_report()))


@pytest.fixture(scope="module")
def document() -> Document:
    """The DOCX."""
    return docx.Document(BytesIO(render(sample_report())))


@pytest.fixture(scope="module")
def body(paper: Measured) -> list[Line]:
    """The lines of the paper's running text."""
    first_annex = paper.line("Phụ lục I").page
    return [line for line in paper.lines if line.page < first_annex and line.size == 14 and "Italic" not in line.font]


def test_every_page_is_a4(paper: Measured, document: Document) -> None:
    """Upright, or across for the wide annexes."""
    assert {tuple(sorted(round(side) for side in size)) for size in paper.sizes} == {(WIDTH, HEIGHT)}
    for section in document.sections:
        assert sorted((round(section.page_width.mm), round(section.page_height.mm))) == [WIDTH, HEIGHT]


def test_nothing_stands_in_the_margins_but_page_numbers(paper: Measured) -> None:
    """Top and bottom 20 to 25 mm, left 30 to 35, right 15 to 20, on pages across as well."""
    for line in paper.lines:
        width, height = paper.sizes[line.page - 1]
        assert line.left >= LEFT - 0.1
        assert line.right <= width - RIGHT + 0.5
        assert line.bottom <= height - BOTTOM + 0.5
        assert line.top >= TOP - 0.5 or line.text.isdigit()


def test_the_docx_has_the_same_margins_in_each_section(document: Document) -> None:
    """The body's and the annexes'."""
    for section in document.sections:
        margins = [
            round(one.mm)
            for one in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        ]
        assert margins == [20, 20, 30, 15]


@pytest.mark.parametrize(
    ("start", "size", "bold", "italic"),
    [
        (STATE, (12, 13), True, False),
        (MOTTO, (13, 14), True, False),
        ("UBND TỈNH MẪU", (12, 13), False, False),
        ("SỞ THÔNG TIN", (12, 13), True, False),
        ("VÀ TRUYỀN THÔNG", (12, 13), True, False),
        ("Số:", (13, 13), False, False),
        ("Mẫu, ngày", (13, 14), False, True),
        ("BÁO CÁO", (13, 14), True, False),
        ("Kết quả thực hiện", (13, 14), True, False),
        ("Kính gửi:", (13, 14), False, False),
        ("I. CHỈ ĐẠO", (13, 14), True, False),
        ("1. Cổng, trang", (13, 14), True, False),
        ("Thực hiện Kế hoạch", (13, 14), False, False),
        ("[CHỨC VỤ", (13, 14), True, False),
        ("[Họ và tên]", (13, 14), True, False),
        ("Nơi nhận:", (12, 12), True, True),
        ("- Ủy ban nhân dân tỉnh (b/c);", (11, 11), False, False),
        ("- Lưu: VT, TTBCXB.", (11, 11), False, False),
        ("Phụ lục I", (13, 14), True, False),
        ("(Kèm theo Báo cáo", (13, 14), False, True),
    ],
)
def test_each_part_has_its_size_and_face(
    paper: Measured, document: Document, start: str, size: tuple[int, int], bold: bool, italic: bool
) -> None:
    """In points, in Times New Roman or its metric twin, in both documents."""
    line = paper.line(start)
    assert size[0] <= line.size <= size[1]
    assert (line.bold, line.italic) == (bold, italic)
    assert line.font.split("+")[-1].startswith("LiberationSerif")
    paragraph = found(document, start)
    assert size[0] <= _own(paragraph, lambda font: font.size and font.size.pt) <= size[1]
    assert bool(_own(paragraph, lambda font: font.bold)) == bold
    assert bool(_own(paragraph, lambda font: font.italic)) == italic


def test_the_letterhead_stands_in_two_blocks(paper: Measured) -> None:
    """The state's name right, the issuer's left, on the same height; number and date on one line below."""
    state, motto, parent = paper.line(STATE), paper.line(MOTTO), paper.line("UBND TỈNH MẪU")
    assert state.top == pytest.approx(parent.top, abs=1)
    assert parent.right < state.left
    assert motto.centre == pytest.approx(state.centre, abs=0.5)
    number, place = paper.line("Số:"), paper.line("Mẫu, ngày")
    assert number.bottom == pytest.approx(place.bottom, abs=0.5)
    assert number.centre == pytest.approx(parent.centre, abs=0.5)
    # The year's blank stands behind what can be measured.
    assert state.left < place.left < place.right < state.centre + 25
    assert place.top > motto.bottom
    assert parent.text == parent.text.upper()


def test_the_rules_are_as_long_as_the_decree_wants(paper: Measured) -> None:
    """As long as the motto below it; a third to a half below the issuer and below the subject."""
    motto = paper.line(MOTTO)
    issuer, subject = paper.line("VÀ TRUYỀN THÔNG"), paper.line("Kết quả thực hiện")
    rules = {name: next(rule for rule in paper.rules if rule.page == 1 and _below(rule.y, line, rule.left, rule.right))
             for name, line in {"motto": motto, "issuer": issuer}.items()}  # fmt: skip
    assert rules["motto"].length == pytest.approx(motto.right - motto.left, abs=1)
    assert 1 / 3 <= rules["issuer"].length / (issuer.right - issuer.left) <= 1 / 2
    below_subject = next(rule for rule in paper.rules if rule.page == 1 and rule.y > subject.bottom)
    assert 1 / 3 <= below_subject.length / (subject.right - subject.left) <= 1 / 2


def test_the_docx_has_rules_of_the_same_lengths(document: Document, paper: Measured) -> None:
    """By the indents of their paragraphs in their cells, beside the measured text."""
    rules = document.element.xpath("//w:p[w:pPr/w:pStyle/@w:val='Rule']")
    assert len(rules) == 3
    lengths = []
    for rule, room in zip(rules, (68 - PADDING, 97 - PADDING, 165), strict=True):
        indents = [int(rule.xpath(f"string(w:pPr/w:ind/@w:{side})")) * 25.4 / 1440 for side in ("left", "right")]
        lengths.append(room - sum(indents))
    motto, issuer, subject = paper.line(MOTTO), paper.line("VÀ TRUYỀN THÔNG"), paper.line("Kết quả thực hiện")
    assert 1 / 3 <= lengths[0] / (issuer.right - issuer.left) <= 1 / 2
    assert lengths[1] == pytest.approx(motto.right - motto.left, abs=1)
    assert 1 / 3 <= lengths[2] / (subject.right - subject.left) <= 1 / 2


def test_title_and_addressee_are_centred_between_the_margins(paper: Measured) -> None:
    """Name of the paper, its subject, and to whom it goes."""
    for start in ("BÁO CÁO", "Kết quả thực hiện", "Kính gửi:"):
        assert paper.line(start).centre == pytest.approx(MIDDLE, abs=0.6)
    assert paper.line("Kính gửi:").text == "Kính gửi: Ủy ban nhân dân tỉnh Mẫu"


def test_paragraphs_begin_one_or_1_27_cm_in_and_are_justified(body: list[Line], document: Document) -> None:
    """Lines begin at the margin or at the indent; those that a paragraph goes on after end at the right margin."""
    lines = [line for line in body if line.text[:2] in ("- ", "Th", "Kế", "kỳ", "hạ")]
    starts = {round(line.left - LEFT, 1) for line in lines if line.text.startswith("- ") and len(line.text) > 60}
    assert starts == {12.7}
    full = [line for line in lines if line.text.startswith("- ") and len(line.text) > 70]
    assert full
    assert all(line.right == pytest.approx(WIDTH - RIGHT, abs=0.6) for line in full)
    style = document.styles["Nội dung"]
    assert isinstance(style, ParagraphStyle)
    assert style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert style.paragraph_format.first_line_indent is not None
    assert 10 <= style.paragraph_format.first_line_indent.mm <= 12.71


def test_lines_are_one_to_one_and_a_half_apart_and_paragraphs_six_points_more(
    body: list[Line], document: Document
) -> None:
    """From foot to foot, within a paragraph and between two."""
    within, between = [], []
    for above, below in pairwise(body):
        gap = (below.bottom - above.bottom) * 72 / 25.4
        if above.page != below.page or gap > 40 or above.bold or below.bold:
            continue
        (between if below.left - LEFT > 10 else within).append(gap)
    assert len(within) > 5
    assert len(between) > 3
    assert all(1 <= gap / (14 * SINGLE) <= 1.5 for gap in within)
    assert all(gap - max(within) >= 5.9 for gap in between)
    style = document.styles["Nội dung"]
    assert isinstance(style, ParagraphStyle)
    assert style.paragraph_format.space_after is not None
    assert style.paragraph_format.space_after.pt >= 6
    assert isinstance(style.paragraph_format.line_spacing, float)
    assert 1 <= style.paragraph_format.line_spacing <= 1.5


def test_page_numbers_stand_centred_in_the_top_margin_but_not_on_the_first_page(
    paper: Measured, document: Document
) -> None:
    """13 to 14 points; each annex counts anew, and its first page shows none either."""
    numbers = [line for line in paper.lines if line.text.isdigit() and line.bottom < TOP]
    firsts = [1, *(line.page for line in paper.lines if re.fullmatch(r"Phụ lục [IV]+", line.text))]
    assert [line.page for line in numbers] == [page for page in range(1, len(paper.sizes) + 1) if page not in firsts]
    for line in numbers:
        start = max(first for first in firsts if first <= line.page)
        assert int(line.text) == line.page - start + 1
        width, height = paper.sizes[line.page - 1]
        assert line.centre == pytest.approx(MIDDLE if width < height else width / 2, abs=0.5)
        assert 13 <= line.size <= 14
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert "PAGE" in section.header._element.xpath("string(.//w:instrText)")
        assert section.header.paragraphs[0].style.font.size.pt == 13


def test_days_and_months_have_two_digits(paper: Measured, document: Document) -> None:
    """Days under 10 and months 1 and 2 are written with a leading zero, in both documents."""
    texts = [line.text for line in paper.lines]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts += [paragraph.text for paragraph in document.paragraphs]
    dates = [found for text in texts for found in re.findall(r"(?<![\d/])\d{1,2}/(?:\d{1,2}/)?20\d\d", text)]
    assert len(dates) > 20
    assert all(re.fullmatch(r"\d\d/(\d\d/)?20\d\d", one) for one in dates)


def test_the_signature_stands_right_and_the_receivers_left(paper: Measured) -> None:
    """On one height, the signer's name below with room for a hand; the receivers end with the archive."""
    signer, name, label = paper.line("[CHỨC VỤ"), paper.line("[Họ và tên]"), paper.line("Nơi nhận:")
    assert signer.left > WIDTH / 2
    assert label.left == pytest.approx(LEFT, abs=0.1)
    assert signer.top == pytest.approx(label.top, abs=1.5)
    assert name.top - signer.bottom > 20
    assert name.centre == pytest.approx(signer.centre, abs=0.5)
    receivers = [line for line in paper.lines if line.page == label.page and line.size == 11]
    assert [line.text for line in receivers][-1] == "- Lưu: VT, TTBCXB."
    assert receivers[0].top > label.top


def test_annexes_are_numbered_in_roman_and_name_their_paper(paper: Measured) -> None:
    """Number, title, and which paper each belongs to."""
    heads = [line.text for line in paper.lines if line.text.startswith("Phụ lục") and line.bold]
    assert heads == ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    assert len([line for line in paper.lines if line.text.startswith("(Kèm theo Báo cáo số")]) == 4


def found(document: Document, start: str) -> Paragraph:
    """The first paragraph that begins so, in the text or in its letterhead."""
    cells = (cell for table in document.tables for row in table.rows for cell in row.cells)
    paragraphs = [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    return next(one for one in paragraphs if " ".join(one.text.split()).startswith(start))


def _own(paragraph: Paragraph, asked: Callable[..., object]) -> object:
    """What the paragraph's text looks like: by its run, its style, or the document."""
    fonts = [paragraph.runs[0].font]
    style = paragraph.style
    while style is not None:
        fonts.append(style.font)
        style = style.base_style
    said = next((answer for font in fonts if (answer := asked(font)) is not None), None)
    return 14 if said is None and asked.__code__.co_names[0] == "size" else said


def _below(y: float, line: Line, left: float, right: float) -> bool:
    return 0 <= y - line.bottom < 4 and left < line.centre < right
