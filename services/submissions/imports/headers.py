"""The headings that offices give their columns, in any order and spelling."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.submissions.imports.table import Field
from services.submissions.imports.text import plain, shortened
from shared.seen_text import one_line

# “Ngày, giờ phát sóng”, “Ngày/tháng/năm đăng”: each of these with each of those.
_DAYS = ("ngay", "ngay thang", "ngay thang nam", "ngay gio", "gio ngay")
_OUT = (
    "dang", "dang tai", "dang tin", "dang bai", "dang tin bai", "phat song", "phat", "dang phat", "dang phat song",
    "xuat ban", "phat hanh", "cong bo",
)  # fmt: skip
# Without diacritics and punctuation; what stands in brackets is left out where the whole isn't known.
_NAMES: dict[Field, tuple[str, ...]] = {
    Field.TITLE: (
        "tieu de", "tieu de tin bai", "tieu de tin", "tieu de bai viet", "tieu de bai", "tieu de san pham",
        "ten tin bai", "ten tin", "ten bai", "ten bai viet", "ten san pham", "ten san pham truyen thong",
        "ten chuong trinh", "ten tac pham", "ten an pham", "ten bai bao", "ten phong su", "tin bai", "title",
    ),
    Field.PUBLISHED_ON: (
        "ngay", *(f"{day} {out}" for day in _DAYS for out in _OUT), "ngay thuc hien", "published on", "date",
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
# Headings that mean the field only where a list has no surer one: beside “Tiêu đề”, “Nội dung” is a summary; beside
# “Ngày phát sóng”, “Thời gian phát sóng” is the hour; beside a duty, “Loại hình” is a genre, and no channel is needed.
_LESSER: dict[Field, tuple[str, ...]] = {
    Field.TITLE: (
        "noi dung",
        "noi dung tin bai",
        "noi dung tin",
        "noi dung bai viet",
        "trich yeu",
        "trich yeu noi dung",
    ),
    Field.PUBLISHED_ON: ("ngay thang", "ngay thang nam", *(f"thoi gian {out}" for out in _OUT)),
    Field.CHANNEL: ("loai hinh", "loai hinh bao chi", "loai hinh truyen thong"),
}
_SURER = {
    Field.TITLE: frozenset({Field.TITLE}),
    Field.PUBLISHED_ON: frozenset({Field.PUBLISHED_ON}),
    Field.CHANNEL: frozenset({Field.CHANNEL, Field.DUTY, Field.DUTY_TITLE}),
}
_SURE_FIELDS = {name: field for field, names in _NAMES.items() for name in names}
_LESSER_FIELDS = {name: field for field, names in _LESSER.items() for name in names}
# Headings whose columns are of no use here, so that nobody is told of them.
_OF_NO_USE = frozenset({"", "stt", "tt", "so tt", "so thu tu", "no", "han", "han dang ky", "han thuc hien", "han nop"})
_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")
_MINUTES = frozenset({"", "phut", "p", "ph", "so phut", "minutes"})
_UNITS = frozenset({*_MINUTES, "giay", "gio"}) - {""}
NEEDED = (Field.TITLE, Field.PUBLISHED_ON)
# What to write where a column is missing.
USUAL = {Field.TITLE: "Tiêu đề", Field.PUBLISHED_ON: "Ngày đăng"}


@dataclass(frozen=True)
class Columns:
    """Where the fields stand: positions from 0, in the order of the file. `unused` are headings of no field, `sure` the
    fields whose headings can mean nothing else."""

    fields: Mapping[int, tuple[Field, str]]
    unused: tuple[str, ...] = ()
    sure: frozenset[Field] = frozenset()

    @property
    def missing(self) -> tuple[Field, ...]:
        """The needed ones that aren't there."""
        there = {field for field, _ in self.fields.values()}
        return tuple(field for field in NEEDED if field not in there)


def read_headings(cells: Sequence[object]) -> Columns:
    """What a row says, read as headings."""
    headings = {position: cell for position, cell in enumerate(cells) if isinstance(cell, str)}
    fields = {position: field for position, cell in headings.items() if (field := _field(cell, _SURE_FIELDS))}
    sure = frozenset(fields.values())
    for position, cell in headings.items():
        field = _field(cell, _LESSER_FIELDS)
        if field is not None and not _SURER[field] & sure:
            fields[position] = field
    unused = [cell for position, cell in headings.items() if position not in fields and not _is_of_no_use(cell)]
    known = {position: (fields[position], shortened(cell)) for position, cell in headings.items() if position in fields}
    return Columns(known, tuple(map(shortened, unused)), sure)


def field_of(heading: str) -> Field | None:
    """The field of that heading, where no other is surer; None where it is no known one."""
    return _field(heading, _SURE_FIELDS) or _field(heading, _LESSER_FIELDS)


def _field(heading: str, known: Mapping[str, Field]) -> Field | None:
    """A duration in seconds or hours is none, nor is a time in minutes a day."""
    whole = plain(heading)
    if whole in known:
        return known[whole]
    field = known.get(plain(_BRACKETS.sub(" ", heading)))
    unit = " ".join(plain(part) for part in _BRACKETS.findall(one_line(heading)))
    if (field is Field.DURATION and unit not in _MINUTES) or (field is Field.PUBLISHED_ON and unit in _UNITS):
        return None
    return field


def _is_of_no_use(heading: str) -> bool:
    return plain(heading) in _OF_NO_USE or plain(_BRACKETS.sub(" ", heading)) in _OF_NO_USE
