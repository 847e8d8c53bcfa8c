"""What people write is text in every document: nothing runs, nothing becomes markup, nothing breaks the file."""

import re
import zipfile
from io import BytesIO
from xml.dom import minidom

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from pypdf import PdfReader

from services.reports.renderings import html, pdf, xlsx
from services.reports.renderings.docx import render as render_docx
from services.reports.renderings.glyphs import BOX
from shared.contracts.narrative import Part
from shared.contracts.report import ConsolidatedReport
from shared.printable import printable
from tests.unit.reports.renderings.complete import complete_outputs, complete_report
from tests.unit.reports.renderings.measured import measure
from tests.unit.reports.renderings.officers_words import written
from tests.unit.reports.renderings.test_html import Page

SAMPLES = (
    "{{ 7*7 }} {% for x in y %} {{ ''.__class__ }}",
    '#panic() #import "x" $7*7$ `x` \\ <label> @ref',
    "<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; </w:t></w:p> ]]>",
    '=HYPERLINK("https://mau.example","x") +1 -1 @SUM(1)',
    "trước\x0bsau\x00\u202eđảo\u2067\ufffe",
    "{{ noi_dung }} {{ so_van_ban }}",
    "_x000D_ _x0041_ ''",
)
LONG = ("dài " * 2500).strip()


def everywhere(text: str) -> ConsolidatedReport:
    """The complete report, in which it stands in a part, in a title, a name, a reason, an address and a document."""
    report = complete_report()
    notable = tuple(one.model_copy(update={"title": text, "reason": text, "url": text}) for one in report.notable)
    excuses = tuple(one.model_copy(update={"document": text, "reason": text}) for one in report.excuses)
    agencies = tuple(one.model_copy(update={"name": text, "short_name": text}) for one in report.agencies[:1])
    duties = tuple(one.model_copy(update={"title": text}) for one in report.duties[:1])
    topics = tuple(one.model_copy(update={"title": text}) for one in report.topics[:1])
    return report.model_copy(
        update={
            "title": text,
            "notable": notable,
            "excuses": excuses,
            "agencies": (*agencies, *report.agencies[1:]),
            "duties": (*duties, *report.duties[1:]),
            "topics": (*topics, *report.topics[1:]),
            "narrative": written({Part.CAUSES: text}).narrative,
        }
    )


def test_a_word_that_no_line_takes_is_broken_within_the_paper() -> None:
    """An address of 300 letters in a sentence and in cells; who copies it from a line gets its letters alone."""
    text = "https://mau.example/" + "W" * 280
    paper = measure(pdf.render(everywhere(text)))
    parts = [line for line in paper.lines if "WWW" in line.text]
    assert len({line.page for line in parts}) > 1
    for line in parts:
        width = paper.sizes[line.page - 1][0]
        assert line.right <= width - 14.9, (line.page, line.text, line.right)
        assert not set(line.text) & {"\u200b", "\u00ad"}
    assert sum(line.text.count("W") for line in paper.lines) % 280 == 0  # no other word has one


def squeezed(text: str) -> str:
    """Without blanks: they lie where lines break."""
    return "".join(printable(text).split())


def said(package: bytes, part: str) -> str:
    """The words of a part of a DOCX, which must be well-formed."""
    words = minidom.parseString(zipfile.ZipFile(BytesIO(package)).read(part)).getElementsByTagName("w:t")
    return "".join(node.data for word in words for node in word.childNodes if isinstance(node, minidom.Text))


@pytest.mark.parametrize("text", SAMPLES)
def test_every_document_shows_it_as_it_was_written(text: str) -> None:
    """In a table and in a sentence; what can't be printed is marked."""
    report, shown = everywhere(text), squeezed(text)
    document = render_docx(report)
    assert squeezed(said(document, "word/document.xml")).count(shown) >= 6
    docx.Document(BytesIO(document))
    page = Page(html.render(report))
    assert squeezed(page.text).count(shown) >= 6
    assert not {tag for tag, _ in page.tags} & {"script", "img"}
    book = load_workbook(BytesIO(xlsx.render(report, complete_outputs())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert printable(text) in {unescape(str(cell.value)) for cell in book["Tiêu biểu"]["B"]}
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.render(report))).pages)
    assert squeezed(read).count(shown.replace("\N{REPLACEMENT CHARACTER}", BOX)) >= 6  # a mark that its fonts have


def test_a_long_text_is_all_there() -> None:
    """10,000 letters in one cell of a table: the row goes on on further pages, and nothing is cut off."""
    report = everywhere(LONG)
    words = LONG.split()
    read = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.render(report))).pages)
    assert len(re.findall(r"\bdài\b", read)) >= 9 * len(words)
    assert said(render_docx(report), "word/document.xml").count(LONG) >= 9
    assert Page(html.render(report)).text.count(LONG) >= 9
    book = load_workbook(BytesIO(xlsx.render(report, complete_outputs())))
    assert book["Tiêu biểu"]["B6"].value == LONG


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.strip))
def test_any_text_leaves_the_documents_whole(text: str) -> None:
    """Whatever it is, the DOCX and the page are well-formed and hold it."""
    report = everywhere(text)
    document = said(render_docx(report), "word/document.xml")
    assert squeezed(document).count(squeezed(text)) >= 6
    assert squeezed(Page(html.render(report)).text).count(squeezed(text)) >= 6
