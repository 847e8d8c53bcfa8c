"""The DOCX: python-docx reads the report's figures back from it, and finds the layout of Decree 30/2020."""

import re
import zipfile
from io import BytesIO

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENTATION
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from services.reports.check_template import check_template
from services.reports.renderings.docx import render
from services.reports.renderings.wording import NOT_APPLICABLE
from shared.contracts.plan import Count
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.hostile import AMPERSAND, CONTROL, SCRIPT, TEMPLATE, hostile_report
from tests.unit.reports.sample import sample_report
from tests.unit.reports.templates import edited

EMU_A_MM = 36_000
LINE = "<w:p><w:pPr><w:spacing w:after='120'/></w:pPr></w:p>"
MARKS = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/><w:proofErr w:type="spellEnd"/>'


@pytest.fixture(scope="module")
def document() -> Document:
    """The sample report, read."""
    return docx.Document(BytesIO(render(sample_report())))


def rows(table: Table) -> list[list[str]]:
    """The text of the table's rows, head left out."""
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


def table_titled(document: Document, title: str) -> Table:
    """The first table after that title."""
    items = list(document.iter_inner_content())
    place = next(n for n, item in enumerate(items) if not isinstance(item, Table) and item.text == title)
    return next(item for item in items[place:] if isinstance(item, Table))


def test_the_totals_are_those_of_the_report(document: Document) -> None:
    """Two rows, explicit and implied, figure by figure."""
    found = [row[1:8] for row in rows(table_titled(document, "Tổng hợp chung"))]
    assert found == figures.totals(sample_report())


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (Count.EXPLICIT, "Kế hoạch ấn định số lượng"),
        (Count.IMPLIED, "Kế hoạch không ấn định số lượng (tính tối thiểu 01 kỳ)"),
    ],
)
def test_the_months_are_those_of_the_report(document: Document, count: Count, title: str) -> None:
    """Annex III has a table for each group, and a row for each month."""
    assert [row[1:8] for row in rows(table_titled(document, title))] == figures.months(sample_report(), count)


def test_each_duty_has_a_sentence_with_its_figures(document: Document) -> None:
    """The radio programme's line in part II tells all seven."""
    line = next(line for line in sample_report().duties if line.id == "III.10")
    text = next(p.text for p in document.paragraphs if p.text.startswith("- Chuyên mục phát thanh"))
    assert f"{line.expected} kỳ trong năm; đã đến hạn {line.expected_to_date}; đúng hạn {line.met}" in text
    assert f"trễ hạn 0{line.met_late}, quá hạn 0{line.overdue}, được miễn 0, còn trong hạn 0{line.open}" in text


def test_a_continuous_duty_has_no_rate(document: Document) -> None:
    """It tells its outputs and that a rate doesn't apply."""
    text = next(p.text for p in document.paragraphs if p.text.startswith("- Tin cải cách"))
    assert "đã ghi nhận 09 sản phẩm" in text
    assert text.endswith(f"tỷ lệ hoàn thành: {NOT_APPLICABLE}.")


def test_annex_two_lists_who_owes(document: Document) -> None:
    """A row for each agency and duty with overdue occurrences, and no row more."""
    found = {
        (row[1], row[2], int(row[4]))
        for row in rows(table_titled(document, "Cơ quan, đơn vị còn kỳ thực hiện quá hạn"))
    }
    names = {line.id: line.name for line in sample_report().agencies}
    overdue = [line for line in sample_report().occurrences if line.state.value == "overdue"]
    expected = {
        (names[o.agency], o.duty, sum((p.agency, p.duty) == (o.agency, o.duty) for p in overdue)) for o in overdue
    }
    assert found == expected


def test_the_page_is_a4_with_the_decrees_margins(document: Document) -> None:
    """App. I: top and bottom 20 to 25 mm, left 30 to 35, right 15 to 20; no page number on the first page."""
    page = document.sections[0]
    lengths = (page.page_width, page.page_height, page.top_margin, page.bottom_margin, page.left_margin)
    assert [round((length or 0) / EMU_A_MM) for length in (*lengths, page.right_margin)] == [210, 297, 20, 20, 30, 15]
    assert page.different_first_page_header_footer


def test_annexes_lie_across_the_page_where_they_are_wide(document: Document) -> None:
    """The body and annexes III and IV stand upright; annexes I and II lie."""
    assert [section.orientation for section in document.sections] == [
        WD_ORIENTATION.PORTRAIT,
        WD_ORIENTATION.LANDSCAPE,
        WD_ORIENTATION.LANDSCAPE,
        WD_ORIENTATION.PORTRAIT,
        WD_ORIENTATION.PORTRAIT,
    ]


def test_the_first_block_names_the_state_and_the_issuer(document: Document) -> None:
    """Quốc hiệu, tiêu ngữ, the parent in capitals, the issuer, a blank number and a blank date."""
    block = document.tables[0]
    assert block.cell(0, 0).text.split("\n")[:3] == ["UBND TỈNH MẪU", "SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG"]
    assert block.cell(0, 1).text.split("\n")[:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert block.cell(1, 0).text == "Số:         /BC-STTTT"
    assert block.cell(1, 1).text.split() == ["Mẫu,", "ngày", "tháng", "năm"]


@pytest.mark.parametrize("saved", ["", LINE * 3, f"<w:p>{MARKS}<w:r><w:rPr><w:b/></w:rPr><w:t> </w:t></w:r></w:p>"])
def test_no_line_stands_between_the_signature_and_the_first_annex(saved: str) -> None:
    """However full the page is, none is left for a page of its own: the section ends right after the signature, in a
    line of no height. Empty lines that a program left at a template's end are left out."""
    template = edited("<w:sectPr>", f"{saved}<w:sectPr>")
    assert check_template(template) == []
    body = docx.Document(BytesIO(render(sample_report(), template))).element.body
    end = body.xpath("w:p[w:pPr/w:sectPr]")[0]
    assert end.getprevious().xpath("name()") == "w:tbl"
    assert "Nơi nhận:" in "".join(end.getprevious().itertext())
    assert "".join(end.itertext()) == ""
    style = Paragraph(end, body).paragraph_format
    assert (style.line_spacing_rule, style.space_before, style.space_after) == (WD_LINE_SPACING.EXACTLY, 0, 0)
    assert style.line_spacing < Pt(0.1)


@pytest.mark.parametrize("shown", ["<w:t>Mẫu</w:t>", '<w:br w:type="page"/>', "<w:tab/>"])
def test_what_a_template_shows_after_the_signature_stays(shown: str) -> None:
    """A line that isn't empty is the department's, and what stands before it."""
    line = f"<w:p><w:r>{shown}</w:r></w:p>"
    template = edited("<w:sectPr>", f"{LINE}{line}{LINE}<w:sectPr>")
    body = docx.Document(BytesIO(render(sample_report(), template))).element.body
    kept = body.xpath("w:p[w:pPr/w:sectPr]")[0].getprevious()
    assert kept.xpath("count(w:r/*)") == 1
    assert kept.getprevious().xpath("name()") == "w:p"


def test_the_font_is_times_new_roman(document: Document) -> None:
    """Every paragraph style comes from one whose font is Times New Roman."""
    defaults = document.styles.element.xpath("w:docDefaults//w:rFonts/@w:ascii")
    assert defaults == ["Times New Roman"]
    assert not document.element.xpath("//w:rFonts")


def test_places_for_the_officer_are_marked(document: Document) -> None:
    """What no figure can tell is highlighted, and says what belongs there."""
    gaps = [p for p in document.paragraphs if p.style is not None and p.style.style_id == "Gap"]
    assert len(gaps) == 6
    assert all(gap.text.startswith("[Cán bộ tổng hợp bổ sung: ") for gap in gaps)


def test_the_receivers_end_with_the_archive(document: Document) -> None:
    """Nơi nhận ends "- Lưu: VT, …." and the signer's place is left open."""
    block = next(table for table in document.tables if table.cell(0, 0).text.startswith("Nơi nhận:"))
    assert block.cell(0, 0).text.split("\n")[-1] == "- Lưu: VT, TTBCXB."
    assert block.cell(0, 1).text.startswith("[CHỨC VỤ CỦA NGƯỜI KÝ]")


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making, no random id."""
    assert render(sample_report()) == render(sample_report())


def test_hostile_titles_stay_text() -> None:
    """Markup, template code and `A & B <c>` come out as they went in; what XML forbids is shown as �."""
    document = docx.Document(BytesIO(render(hostile_report())))
    text = "\n".join(p.text for p in document.paragraphs)
    for title in (SCRIPT, AMPERSAND, TEMPLATE):
        assert f"- {title} (" in text
    assert f"- {CONTROL.replace(chr(0x0B), '�').replace(chr(0x202E), '�')} (" in text
    assert any(AMPERSAND in cell.text for table in document.tables for cell in table.columns[1].cells)


def test_tables_repeat_their_head_and_keep_their_rows_whole(document: Document) -> None:
    """On each page that a table runs over; every bordered table, every row."""
    bordered = [table for table in document.tables if table._tbl.xpath("w:tblPr/w:tblBorders")]
    assert len(bordered) > 6
    for table in bordered:
        assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows][:2] == [True, False]
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
        assert table._tbl.xpath("sum(w:tblGrid/w:gridCol/@w:w)") == table._tbl.xpath(
            "sum(w:tr[1]/w:tc/w:tcPr/w:tcW/@w:w)"
        )


def test_headings_are_words_own(document: Document) -> None:
    """Heading 1 to 3, so that Word's navigation shows them; annexes are of the first level."""
    styles = [p.style for p in document.paragraphs if p.style is not None]
    assert [style.name for style in styles].count("Heading 1") == 5
    assert "Heading 2" in [style.name for style in styles]
    assert "Heading 3" in [style.name for style in styles]
    levels = {style.name: style.element.xpath("string(w:pPr/w:outlineLvl/@w:val)") for style in styles}
    assert (levels["Heading 1"], levels["Heading 2"], levels["Heading 3"], levels["Tên phụ lục"]) == (
        "0",
        "1",
        "2",
        "0",
    )


def test_the_language_is_vietnamese(document: Document) -> None:
    """For spelling and for who hears the document."""
    assert document.styles.element.xpath("string(w:docDefaults//w:lang/@w:val)") == "vi-VN"
    assert document.core_properties.language == "vi-VN"
    assert document.core_properties.author == sample_report().coordinator.name


def test_every_part_is_listed_and_there() -> None:
    """Each relationship's target and each content type's part is in the archive, at a fixed time."""
    with zipfile.ZipFile(BytesIO(render(sample_report()))) as archive:
        targets = re.findall(
            r'(?:Target|PartName)="/?([^"]+)"',
            "".join(
                archive.read(name).decode() for name in archive.namelist() if name.endswith((".rels", "Types].xml"))
            ),
        )
        names = {name.removeprefix("word/") for name in archive.namelist()}
        assert {target.removeprefix("word/") for target in targets} <= names
        assert len(targets) == 14
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
