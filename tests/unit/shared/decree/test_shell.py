"""A shell is filled with text and nothing else, whatever program saved it."""

import io

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.renderings.docx import render
from services.reports.renderings.placeholders import builtin_template
from shared.decree.package import pack, parse, unpack
from shared.decree.shell import DOCUMENT, STYLES
from shared.printable import printable
from tests.unit.reports.sample import sample_report
from tests.unit.reports.templates import edited

MARK = '<w:t xml:space="preserve">{{ so_van_ban }}</w:t>'


def text(data: bytes) -> str:
    """All text of the document's letterhead and paragraphs."""
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables[:1] for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


def test_a_placeholder_that_a_program_cut_into_runs_is_filled() -> None:
    """Word splits text where it was edited or spell-checked; what stands beside it stays."""
    cut = edited(
        MARK,
        "<w:t>(</w:t></w:r><w:r><w:t>{</w:t></w:r><w:proofErr/><w:r><w:t>{ so_</w:t></w:r><w:r><w:rPr><w:b/></w:rPr>"
        "<w:t>van_ban</w:t></w:r><w:r><w:t> }})</w:t>",
    )
    assert "(Số:         /BC-STTTT)" in text(render(sample_report(), cut))


def test_a_style_is_found_by_its_name() -> None:
    """Programs give styles ids of their own; the body goes by the names that people see."""
    parts = unpack(builtin_template())
    for name in (STYLES, DOCUMENT):
        parts[name] = parts[name].replace(b'"Body"', b'"a17"').replace(b'"Heading1"', b'"u1"')
    document = docx.Document(io.BytesIO(render(sample_report(), pack(parts))))
    styles = [p.style.style_id for p in document.paragraphs if p.style is not None]
    assert styles.count("a17") > 10
    assert styles.count("u1") == 5
    assert not {"Body", "Heading1"} & set(styles)


def test_a_value_is_not_looked_at_again() -> None:
    """A title that is itself a placeholder is printed as it is."""
    report = sample_report().model_copy(update={"title": "{{ noi_dung }} {{ so_van_ban }} {% x %}"})
    assert "Kết quả thực hiện {{ noi_dung }} {{ so_van_ban }} {% x %}" in text(render(report))


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_any_text_stays_text(title: str) -> None:
    """Whatever a plan's title holds, the document opens and shows it; what XML forbids is shown as �."""
    data = render(sample_report().model_copy(update={"title": title, "channels": (), "months": ()}))
    parse(unpack(data)[DOCUMENT])
    shown = docx.Document(io.BytesIO(data)).element.xpath("string(/w:document/w:body)")
    assert f"Kết quả thực hiện {printable(title)}".replace("\r\n", "\n").replace("\r", "\n") in shown.replace(
        "\r", "\n"
    )


def test_annexes_take_the_templates_page() -> None:
    """A department's wider margins hold in the annexes too, and tables keep within them."""
    wide = edited('w:left="1701"', 'w:left="1928"')
    document = docx.Document(io.BytesIO(render(sample_report(), wide)))
    upright = [s for s in document.sections if s.orientation == 0]
    assert [round(s.left_margin.mm) for s in upright] == [34, 34, 34]
    room = round(document.sections[0].page_width.twips - 1928 - 850)
    grids = [int(sum(int(w) for w in t._tbl.xpath("./w:tblGrid/w:gridCol/@w:w"))) for t in document.tables[1:2]]
    assert all(abs(width - room) < 20 for width in grids)
