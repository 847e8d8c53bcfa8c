"""The placeholders of the report's DOCX template, and the template that we bring: parts in `docx_parts/` and the
decree's, put together."""

from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from shared.decree.docx import templates, write_docx
from shared.decree.look import Styles
from shared.decree.package import parse, unpack
from shared.decree.shell import STYLES

BODY = "noi_dung"
# What each stands for, in Vietnamese and English. Those of LINES repeat their paragraph, line by line.
PLACEHOLDERS = {
    "co_quan_chu_quan": ("tên cơ quan chủ quản", "the parent body's name"),
    "co_quan_ban_hanh": ("tên cơ quan ban hành", "the issuing body's name"),
    "so_van_ban": ("số, ký hiệu văn bản", "the paper's number"),
    "dia_danh_ngay_thang": ("địa danh và thời gian ban hành", "place and date"),
    "ten_bao_cao": ("trích yếu nội dung báo cáo", "what the report is about"),
    "so_lieu_den_ngay": ("ngày của số liệu", "the day of the data"),
    "kinh_gui": ("nơi được báo cáo", "to whom it goes"),
    BODY: ("nội dung báo cáo", "the report's body"),
    "noi_nhan": ("các nơi nhận", "the receivers"),
    "chuc_vu_nguoi_ky": ("chức vụ của người ký", "the signer's office"),
}
LINES = ("co_quan_ban_hanh", "noi_nhan")
PARTS = templates(Path(__file__).with_name("docx_parts"))
# The template is of no day; a file must tell one.
_UNDATED = date(2023, 1, 1)


@cache
def builtin_template() -> bytes:
    """The template that is used where the department has none of its own."""
    marks = {name: f"{{{{ {name} }}}}" for name in PLACEHOLDERS}
    paper = SimpleNamespace(
        parent=marks["co_quan_chu_quan"],
        issuer=(marks["co_quan_ban_hanh"],),
        number=marks["so_van_ban"],
        place=marks["dia_danh_ngay_thang"],
        subject=marks["ten_bao_cao"],
        as_of=marks["so_lieu_den_ngay"],
        addressee=marks["kinh_gui"],
        body=marks[BODY],
        receivers=(marks["noi_nhan"],),
        signer=marks["chuc_vu_nguoi_ky"],
    )
    return write_docx(PARTS, paper, "Mẫu báo cáo tổng hợp", _UNDATED)


@cache
def style_names() -> dict[str, str]:
    """The names of the styles that the report is written in, by what `docx_parts/` calls them."""
    return Styles(parse(unpack(builtin_template())[STYLES])).names()
