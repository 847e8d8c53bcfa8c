"""The PDF: pypdf reads the report's figures back from it; fonts are embedded; data can't become markup."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from services.reports.renderings.charts import charts
from services.reports.renderings.pdf import render
from shared.contracts.plan import Count
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.hostile import AMPERSAND, SCRIPT, TEMPLATE, hostile_report
from tests.unit.reports.sample import PLAN, plan_with, sample_report


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    """The sample report, read."""
    return PdfReader(BytesIO(render(sample_report())))


def text_of(pdf: PdfReader) -> str:
    """All text, lines joined by single spaces."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))


def test_the_totals_are_those_of_the_report(pdf: PdfReader) -> None:
    """Both rows stand in the text, figure by figure."""
    text = text_of(pdf)
    for label, row in zip(("ấn định số lượng", "tối thiểu 01 kỳ)"), figures.totals(sample_report()), strict=True):
        assert f"{label} {' '.join(row)}" in text


def test_the_months_are_those_of_the_report(pdf: PdfReader) -> None:
    """Annex III has two rows for each month, explicit first."""
    rows = re.findall(r"Tháng \d\d/2023 ((?:\d+ ){7})", text_of(pdf))
    found = [row.split() for row in rows]
    report = sample_report()
    assert found == figures.months(report, Count.EXPLICIT) + figures.months(report, Count.IMPLIED)


def fonts_of(pdf: PdfReader) -> set[str]:
    """The names of all fonts."""
    return {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }


def test_every_font_is_the_one_that_we_carry(pdf: PdfReader) -> None:
    """Liberation Serif, embedded: the paper looks the same on every machine."""
    names = fonts_of(pdf)
    assert names
    assert all(name.startswith("LiberationSerif") for name in names)


def _lines(page: PageObject) -> list[tuple[float, str]]:
    """The baseline of each line, in points from the foot of the page, and how it begins; from the top."""
    found: dict[float, str] = {}

    def visit(text: str, ctm: list[float], matrix: list[float], *_: object) -> None:
        if text.strip():
            found.setdefault(round(matrix[5] * ctm[3] + ctm[5], 1), text.strip())

    page.extract_text(visitor_text=visit)
    return sorted(found.items(), reverse=True)


@pytest.mark.parametrize(
    ("page", "above", "below", "distance"),
    [
        (1, "- Hướng dẫn", "đúng hạn 03", 18.5),  # lines of a paragraph: 1.15 of 16.1
        (1, "được miễn 0", "- Hướng dẫn", 24.5),  # paragraphs: 6 more
        (1, "75%.", "3. Báo chí", 24.5),
        (1, "3. Báo chí", "- Chuyên mục", 22.1),
        (1, "II.1", "II.7", 14.05),  # rows of a table
        (2, "III. ĐÁNH GIÁ", "1. Ưu điểm", 22.1),
        (2, "3. Nguyên nhân", "[Cán bộ", 22.1),
        (2, "[Cán bộ", "IV. PHƯƠNG", 27.5),
        (2, "- Ủy ban", "- Sở Nội vụ", 12.65),
    ],
)
def test_lines_lie_as_far_apart_as_in_the_docx(
    pdf: PdfReader, page: int, above: str, below: str, distance: float
) -> None:
    """As LibreOffice lays that out by its styles, to half a point: so both break their pages at the same places."""
    lines = _lines(pdf.pages[page])
    pairs = [
        upper - lower
        for (upper, one), (lower, other) in pairwise(lines)
        if one.startswith(above) and other.startswith(below)
    ]
    assert pairs
    assert all(abs(pair - distance) < 0.5 for pair in pairs), pairs


def test_page_numbers_begin_on_the_second_page_of_each_part(pdf: PdfReader) -> None:
    """The first page of the body and of each annex shows none, the others do."""
    first_lines = [page.extract_text().strip().split("\n")[0] for page in pdf.pages]
    assert not first_lines[0].isdigit()
    assert first_lines[1:3] == ["2", "3"]
    starts = [line for line in first_lines if line.startswith("Phụ lục")]
    assert starts == [f"Phụ lục {number}" for number in ("I", "II", "III", "IV")]


def test_annexes_lie_across_the_page_where_they_are_wide(pdf: PdfReader) -> None:
    """A4 upright for the body and annexes III and IV, across for annexes I and II."""
    wide = [page.mediabox.width > page.mediabox.height for page in pdf.pages]
    starts = [page.extract_text().strip().split("\n")[0] for page in pdf.pages]
    assert {start: across for start, across in zip(starts, wide, strict=True) if start.startswith("Phụ lục")} == {
        "Phụ lục I": True,
        "Phụ lục II": True,
        "Phụ lục III": False,
        "Phụ lục IV": False,
    }
    assert not wide[0]


def test_the_pdf_can_be_archived_and_read_by_ear(pdf: PdfReader) -> None:
    """PDF/A-2a and PDF/UA-1 as the file says, with what they ask for: tags, language, title, a profile of colours."""
    catalogue = pdf.root_object
    assert catalogue["/MarkInfo"]["/Marked"].value
    assert catalogue["/StructTreeRoot"].get_object()["/K"]
    assert str(catalogue["/Lang"]).startswith("vi")
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert [intent.get_object()["/S"] for intent in catalogue["/OutputIntents"]] == ["/GTS_PDFA1"]
    assert "/Encrypt" not in pdf.trailer
    xmp = catalogue["/Metadata"].get_object().get_data().decode()
    for said in ("pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
        assert said in xmp
    report = sample_report()
    assert f"Kết quả thực hiện {report.title}" in xmp
    assert report.coordinator.name in xmp
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"Kết quả thực hiện {report.title}"


def test_every_chart_has_words_in_its_stead(pdf: PdfReader) -> None:
    """Each picture is a figure of the structure with the alternative that the chart brings."""
    told = [str(one["/Alt"]) for one in structure(pdf.root_object["/StructTreeRoot"]) if "/Alt" in one]
    assert told == [chart.alt for chart in charts(sample_report())]


def test_headings_are_headings(pdf: PdfReader) -> None:
    """Five parts and four annexes are of the first level, and what stands under them of the second."""
    kinds = [str(one.get("/S")) for one in structure(pdf.root_object["/StructTreeRoot"])]
    assert kinds.count("/H1") == 9
    assert kinds.count("/H2") > 5
    assert kinds.count("/Table") > 8


def structure(node: Any) -> Iterator[Any]:
    """All elements of the structure below the node."""
    node = node.get_object()
    if isinstance(node, dict):
        yield node
        below = node.get("/K")
        below = below.get_object() if below is not None else []
        for one in below if isinstance(below, list) else [below]:
            yield from structure(one)


def test_every_letter_of_the_report_has_a_glyph(pdf: PdfReader) -> None:
    """What is printed can be read back letter by letter, so none was drawn as an empty box."""
    text = unicodedata.normalize("NFC", text_of(pdf))
    letters = {c for line in sample_report().agencies for c in line.name if c.isalpha()}
    letters |= {c for line in sample_report().topics for c in line.title if c.isalpha()}
    assert letters <= set(text)
    assert "�" not in text
    assert "\x00" not in text


def test_what_the_fonts_have_not(pdf: PdfReader) -> None:
    """Letters that mean the same stand for it, else a box: no document fails for it, and no other font comes in."""
    odd = "Báo 😀 中 ✓ \N{NON-BREAKING HYPHEN} \N{FULLWIDTH LATIN CAPITAL LETTER A} \x01 đợt"
    agencies = tuple(one.model_copy(update={"name": odd}) if one.id == "snv" else one for one in PLAN.agencies)
    printed = PdfReader(BytesIO(render(sample_report(plan=plan_with(agencies=agencies)))))
    assert "Báo □ □ □ \N{HYPHEN} A □ đợt" in text_of(printed)
    assert fonts_of(printed) == fonts_of(pdf)


def test_hostile_titles_stay_text() -> None:
    """typst's and everybody else's markup comes out as it went in, and `A & B <c>` survives."""
    text = text_of(PdfReader(BytesIO(render(hostile_report()))))
    for title in (SCRIPT, AMPERSAND, TEMPLATE):
        assert title in text


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making, no random id."""
    assert render(sample_report()) == render(sample_report())
