"""The headings that offices give their columns, in any order and spelling."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.submissions.imports.table import Field
from services.submissions.imports.text import plain, shortened
from shared.seen_text import one_line

# Without diacritics and punctuation; what stands in brackets is left out where the whole isn't known.
_NAMES: dict[Field, tuple[str, ...]] = {
    Field.TITLE: (
        "tieu de", "tieu de tin bai", "tieu de tin", "tieu de bai viet", "tieu de bai", "tieu de san pham",
        "ten tin bai", "ten tin", "ten bai", "ten bai viet", "ten san pham", "ten san pham truyen thong",
        "ten chuong trinh", "ten tac pham", "ten an pham", "tin bai", "title",
    ),
    Field.PUBLISHED_ON: (
        "ngay dang", "ngay dang tai", "ngay dang tin", "ngay dang bai", "ngay phat song", "ngay phat", "ngay dang phat",
        "ngay dang phat song", "ngay xuat ban", "ngay phat hanh", "ngay cong bo", "ngay thuc hien", "ngay",
        "published on", "date",
    ),
    Field.URL: (
        "duong dan", "duong dan bai viet", "duong dan tin bai", "duong dan san pham", "duong link", "link",
        "link bai viet", "link tin bai", "link san pham", "lien ket", "dia chi web", "dia chi truy cap", "url",
    ),
    Field.CHANNEL: ("kenh", "ma kenh", "kenh phat", "kenh phat song", "kenh truyen thong", "channel"),
    Field.DUTY: ("nhiem vu", "ma nhiem vu", "duty"),
    Field.DUTY_TITLE: ("ten nhiem vu", "noi dung nhiem vu"),
    Field.PERIOD: ("ky", "ky thuc hien", "ky bao cao", "period"),
    Field.PLAN: ("ke hoach", "ma ke hoach", "plan"),
    Field.DURATION: ("thoi luong", "thoi luong phut", "thoi luong phat song", "so phut", "duration minutes"),
    Field.TOPICS: ("chu de", "ma chu de", "topics"),
    Field.NOTE: ("ghi chu", "note"),
    Field.AGENCY: (
        "co quan", "ma co quan", "ten co quan", "co quan thuc hien", "don vi", "ten don vi", "don vi thuc hien",
        "agency",
    ),
}  # fmt: skip
_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
# Headings whose columns are of no use here, so that nobody is told of them.
_OF_NO_USE = frozenset({"", "stt", "tt", "so tt", "so thu tu", "no", "han", "han dang ky", "han thuc hien", "han nop"})
_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_MINUTES = frozenset({"", "phut", "p", "ph", "so phut", "minutes"})
NEEDED = (Field.TITLE, Field.PUBLISHED_ON)
# What to write where a column is missing.
USUAL = {Field.TITLE: "Tiêu đề", Field.PUBLISHED_ON: "Ngày đăng"}


@dataclass(frozen=True)
class Columns:
    """Where the fields stand: positions from 0, in the order of the file. `unused` are headings of no field."""

    fields: Mapping[int, tuple[Field, str]]
    unused: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Field, ...]:
        """The needed ones that aren't there."""
        there = {field for field, _ in self.fields.values()}
        return tuple(field for field in NEEDED if field not in there)


def read_headings(cells: Sequence[object]) -> Columns:
    """What a row says, read as headings."""
    fields: dict[int, tuple[Field, str]] = {}
    unused = []
    for position, cell in enumerate(cells):
        if not isinstance(cell, str):
            continue
        field = field_of(cell)
        if field is not None:
            fields[position] = (field, shortened(cell))
        elif plain(cell) not in _OF_NO_USE and plain(_BRACKETS.sub(" ", cell)) not in _OF_NO_USE:
            unused.append(shortened(cell))
    return Columns(fields, tuple(unused))


def field_of(heading: str) -> Field | None:
    """The field of that heading; None where it is no known one. A duration in seconds or hours is none."""
    whole = plain(heading)
    if whole in _FIELDS:
        return _FIELDS[whole]
    field = _FIELDS.get(plain(_BRACKETS.sub(" ", heading)))
    unit = " ".join(plain(part) for part in _BRACKETS.findall(one_line(heading)))
    return field if field is not Field.DURATION or unit in _MINUTES else None
