"""What marks a sample as such reaches the documents: nobody must take invented people or outputs for real ones."""

from io import BytesIO

import docx
from openpyxl import load_workbook
from pypdf import PdfReader

from services.reports.renderings import html, pdf, xlsx
from services.reports.renderings.docx import render as docx_render
from tests.unit.reports.sample import AS_OF, PLAN, output, sample_outputs, sample_report

MARKED = "[MẪU] Tin về cải cách hành chính"
APPROVER = "Lãnh đạo Sở (mẫu)"


def test_the_list_of_outputs_keeps_the_mark_of_a_title() -> None:
    """The workbook is the document that lists outputs; brackets stay as they are."""
    made = output("m", "III.2", "snv", AS_OF, title=MARKED)
    book = load_workbook(BytesIO(xlsx.render(sample_report(AS_OF, made), sample_outputs(AS_OF, made))))
    assert MARKED in [row[0] for row in book["Sản phẩm"].iter_rows(values_only=True)]


def test_the_page_names_the_contact_with_its_mark() -> None:
    """Whom to ask stands at the page's end, as the plan names them."""
    assert "(mẫu)" in PLAN.contact.name
    assert f"Liên hệ: {PLAN.contact.name}, " in html.render(sample_report()).decode()


def test_annex_two_keeps_the_mark_of_an_approver() -> None:
    """Who excused an occurrence is printed in DOCX, PDF and HTML with the mark."""
    document = docx.Document(BytesIO(docx_render(sample_report())))
    assert APPROVER in {cell.text for table in document.tables for cell in table.columns[-2].cells}
    pages = PdfReader(BytesIO(pdf.render(sample_report()))).pages
    assert APPROVER in " ".join(" ".join(page.extract_text() for page in pages).split())
    assert f">{APPROVER}</td>" in html.render(sample_report()).decode()
