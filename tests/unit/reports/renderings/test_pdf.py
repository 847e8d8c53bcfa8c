"""The PDF: pypdf reads the report's figures back from it; fonts are embedded; data can't become markup."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from services.reports.renderings.pdf import render
from shared.contracts.plan import Count
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.hostile import AMPERSAND, SCRIPT, TEMPLATE, hostile_report
from tests.unit.reports.sample import sample_report


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


def test_every_font_is_the_one_that_we_carry(pdf: PdfReader) -> None:
    """Liberation Serif, embedded: the paper looks the same on every machine."""
    names = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names
    assert all(name.startswith("LiberationSerif") for name in names)


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


def test_hostile_titles_stay_text() -> None:
    """typst's and everybody else's markup comes out as it went in, and `A & B <c>` survives."""
    text = text_of(PdfReader(BytesIO(render(hostile_report()))))
    for title in (SCRIPT, AMPERSAND, TEMPLATE):
        assert title in text


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making, no random id."""
    assert render(sample_report()) == render(sample_report())
