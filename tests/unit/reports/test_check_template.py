"""What is wrong with a department's template is said before it is used: where, what, and what would be right."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from services.reports.check_template import check_template
from services.reports.renderings.placeholders import PLACEHOLDERS, builtin_template
from shared.decree.package import MOST_BYTES, MOST_PARTS
from tests.unit.reports.templates import edited, with_part

RELATIONS, SETTINGS, STYLES, HEADER = (
    "word/_rels/document.xml.rels",
    "word/settings.xml",
    "word/styles.xml",
    "word/header.xml",
)
EXTERNAL = (
    '<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="https://xau.example/x" TargetMode="External"/></Relationships>'
)
INTERNAL = '<Relationship Id="x" Type="x/image" Target="{}"/></Relationships>'
FIELD = '<w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r></w:p>'


def said(data: bytes) -> list[str]:
    """The faults in Vietnamese; each is said in English too."""
    faults = check_template(data)
    assert all(fault.en for fault in faults)
    return [fault.vi for fault in faults]


def test_the_built_in_template_has_no_fault() -> None:
    """What we bring keeps the decree by the same check as everybody's."""
    assert said(builtin_template()) == []


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_missing_placeholder_is_named(name: str) -> None:
    """With what belongs there."""
    assert f"Thiếu chỗ điền {{{{ {name} }}}} ({PLACEHOLDERS[name][0]})." in said(edited(f"{{{{ {name} }}}}", "x"))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{{ kinh_gui }}", "{{ kinh_guii }}", "Chỗ điền {{ kinh_guii }} không có; gần nhất là {{ kinh_gui }}."),
        ("Kính gửi: ", "{{ 7*7 }} ", "“{{ 7*7 }}”: mẫu chỉ có chỗ điền, không có mã lệnh."),
        ("Kính gửi: ", "{% if x %} ", "“{% if x %}”: mẫu chỉ có chỗ điền, không có mã lệnh."),
        ("{{ noi_dung }}", "Nội dung: {{ noi_dung }}", "Chỗ điền {{ noi_dung }} phải đứng một mình trong đoạn của nó."),
        ("Nơi nhận:", "Gửi:", "Thiếu dòng “Nơi nhận:”."),
        ("Độc lập - Tự do - Hạnh phúc", "Tự do", "Thiếu dòng “Độc lập - Tự do - Hạnh phúc”."),
        ("{{ so_van_ban }}", "{{ noi_dung }}", "Chỗ điền {{ noi_dung }} có nhiều hơn một lần."),
        ("{{ so_van_ban }}", "{{ noi_dung }}", "Chỗ điền {{ noi_dung }} không được nằm trong bảng, khung."),
    ],
)  # fmt: skip
def test_what_stands_in_the_text_is_looked_at(old: str, new: str, fault: str) -> None:
    """Unknown placeholders, code, and lines that every paper has."""
    assert fault in said(edited(old, new))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (with_part("word/vbaProject.bin", b"x"), "Phần word/vbaProject.bin: mẫu không được chứa macro hay đối tượng"),
        (with_part("word/embeddings/a.xlsx", b"x"), "Phần word/embeddings/a.xlsx: mẫu không được chứa macro hay đối"),
        (edited("</Relationships>", EXTERNAL.format("attachedTemplate"), RELATIONS), "mẫu nạp nội dung"),
        (edited("</Relationships>", EXTERNAL.format("image"), RELATIONS), "mẫu nạp nội dung từ “https"),
        (edited("</Relationships>", INTERNAL.format("file:///x"), RELATIONS), "đường dẫn lạ “file:///x”"),
        (edited("</Relationships>", INTERNAL.format("//xau.example/x"), RELATIONS), "đường dẫn lạ “//xau.example/x”"),
        (edited("</Relationships>", INTERNAL.format(r"\\xau\x"), RELATIONS), r"đường dẫn lạ “\\xau\x”"),
        (edited("</w:body>", "<w:altChunk/></w:body>"), "Phần word/document.xml: không dùng “altChunk”"),
        (edited("</w:p>", FIELD.format("DDEAUTO c:\\\\x"), HEADER), f"Phần {HEADER}: trường “PAGE  DDEAUTO c:"),
        (edited("</w:body>", '<w:p><w:ins w:id="1"><w:r/></w:ins></w:p></w:body>'), "còn thay đổi chưa chấp nhận"),
        (edited("<w:t>2</w:t>", "<w:t>{{ so_van_ban }}</w:t>", HEADER), f"Phần {HEADER}: chỗ điền chỉ đặt trong thân"),
        (edited("<w:zoom", "<w:mailMerge/><w:zoom", SETTINGS), f"Phần {SETTINGS}: không dùng “mailMerge”"),
        (with_part("word/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "x.xml bị hỏng (a document type"),
        (with_part("word/x.xml", b"<x>" * 1000), "Phần word/x.xml bị hỏng (more elements"),
        (with_part("word/x.xml", b"<x"), "Phần word/x.xml bị hỏng (broken XML"),
        (b"%PDF-1.7", "Tệp không đọc được"),
        (b"", "Tệp không đọc được"),
    ],
)  # fmt: skip
def test_what_runs_or_loads_is_refused(data: bytes, fault: str) -> None:
    """Macros, embedded objects, content from elsewhere, fields, entities, and what is no DOCX."""
    assert any(fault in one for one in said(data))


def test_an_archive_that_grows_is_refused_before_it_is_unpacked() -> None:
    """More than is told, or more parts than any template has."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/big.xml", b"0" * (MOST_BYTES + 1))
    assert "more than 30,000,000 bytes" in said(packed.getvalue())[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for n in range(MOST_PARTS + 1):
            archive.writestr(f"{n}.xml", b"")
    assert "more than 300 of them" in said(packed.getvalue())[0]


def test_a_document_edited_in_an_office_program_is_held_against_the_decree() -> None:
    """Page, margins, fonts, sizes and faces, each with its place and what would be right."""
    document = docx.Document(io.BytesIO(builtin_template()))
    section = document.sections[0]
    section.left_margin, section.page_height, section.different_first_page_header_footer = Mm(20), Mm(279), False
    head = document.tables[0]
    head.cell(0, 0).paragraphs[0].runs[0].font.name = "Arial"
    head.cell(0, 1).paragraphs[0].runs[0].font.bold = False
    head.cell(1, 0).paragraphs[0].runs[0].font.size = Pt(14)
    head.cell(1, 1).paragraphs[0].runs[0].font.italic = False
    body = next(style for style in document.styles if style.name == "Nội dung")
    body.font.size = Pt(12)
    body.paragraph_format.first_line_indent = Mm(5)
    body.paragraph_format.space_after = Pt(3)
    body.paragraph_format.line_spacing = 2.0
    saved = io.BytesIO()
    document.save(saved)
    assert said(saved.getvalue()) == [
        "Kiểu “Nội dung”, Kiểu “Chỗ bổ sung”: cỡ chữ 12, phải là 13–14.",
        "Kiểu “Nội dung”, Kiểu “Chỗ bổ sung”: thụt đầu dòng 0.50 cm, phải là 1–1,27 cm.",
        "Kiểu “Nội dung”, Kiểu “Chỗ bổ sung”: cách đoạn 3 pt, tối thiểu 6 pt.",
        "Kiểu “Nội dung”, Kiểu “Chỗ bổ sung”: cách dòng 2.00, phải từ 1,0 đến 1,5.",
        "Trang: khổ giấy 210 × 279 mm, phải là A4 đứng (210 × 297 mm).",
        "Trang: lề trái 20.0 mm, phải là 30–35 mm.",
        "Trang: trang đầu không đánh số; hãy chọn “Different First Page”.",
        "“{{ co_quan_chu_quan }}”: phông chữ Arial, phải là Times New Roman.",
        "“CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM”: phải in đậm.",
        "“{{ so_van_ban }}”: cỡ chữ 14, phải là 13.",
        "“{{ dia_danh_ngay_thang }}”: phải in nghiêng.",
    ]


def test_another_font_is_one_fault_wherever_it_is() -> None:
    """The whole paper in Arial: one cause, said once, with the first places and how many more there are."""
    (fault,) = check_template(edited("Times New Roman", "Arial", STYLES))
    assert re.fullmatch(
        r"Kiểu “[^”]+”, Kiểu “[^”]+”, Kiểu “[^”]+” và \d\d chỗ khác: phông chữ Arial, phải là Times New Roman.",
        fault.vi,
    )
    assert fault.en.endswith("more places: font Arial, must be Times New Roman.")


@pytest.mark.parametrize(
    "name",
    [
        "../word/x.xml",
        "/etc/x",
        "word/..",
        "word//x.xml",
        "word\\x.xml",
        "word/x.",
        "word/ảnh.png",
        "word/a\nb",
        "WORD/document.xml",
    ],
)
def test_a_part_of_an_odd_name_is_refused(name: str) -> None:
    """No program of an office gives one, and whoever unpacks it might write elsewhere."""
    (fault,) = said(with_part(name, b"x"))
    assert fault.startswith("Tệp không đọc được")
    assert "\n" not in fault


def test_a_missing_style_or_page_number_is_said() -> None:
    """The body is written in styles by name; the page number is the header's."""
    assert "Thiếu kiểu đoạn (style) “Nội dung”." in said(edited('w:val="Nội dung"', 'w:val="Khác"', STYLES))
    assert "Đầu trang thiếu số trang (trường PAGE)." in said(edited(" PAGE ", " NUMPAGES ", HEADER))


def test_a_coloured_word_is_a_fault() -> None:
    """Papers are black."""
    coloured = edited(
        '<w:r><w:t xml:space="preserve">BÁO CÁO', '<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>BÁO CÁO'
    )
    assert said(coloured) == ["“BÁO CÁO”: màu chữ FF0000, phải là màu đen."]


def test_a_second_section_is_a_fault() -> None:
    """The annexes' sections are made from the one that there is."""
    document = docx.Document(io.BytesIO(builtin_template()))
    document.add_section()
    saved = io.BytesIO()
    document.save(saved)
    assert any(one.startswith("Mẫu phải có đúng một phần") for one in said(saved.getvalue()))
    assert document.element.findall(f".//{qn('w:sectPr')}")
