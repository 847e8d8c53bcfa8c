"""CSV files: whatever wrote them."""

import csv
import io
import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.imports.csv_file import decode, read_rows
from services.submissions.imports.read_table import read_table
from services.submissions.imports.table import Field, Unreadable

TITLE = "Ủy ban đổi mới cách phục vụ: nhanh, gọn, tử tế"
SHOWN = f'Tiêu đề;Ngày đăng;Ghi chú\n"{TITLE}";05/03/2023;ổn\n'
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """As Vietnamese Windows writes it: the vowel, and its tone as a character of its own."""
    apart = []
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in marks if c in TONES)
        bare = unicodedata.normalize("NFC", "".join(c for c in marks if c not in TONES))
        apart.append(bare + tone)
    return "".join(apart).encode("cp1258")


ENCODED = {
    "utf-8": SHOWN.encode(),
    "utf-8 with a mark": SHOWN.encode("utf-8-sig"),
    "utf-8, decomposed": unicodedata.normalize("NFD", SHOWN).encode(),
    "utf-16": SHOWN.encode("utf-16"),
    "utf-16, big end first": b"\xfe\xff" + SHOWN.encode("utf-16-be"),
    "utf-16 without a mark": SHOWN.encode("utf-16-le"),
    "utf-16 without a mark, big end first": SHOWN.encode("utf-16-be"),
    "windows-1258": windows_1258(SHOWN),
}


@pytest.mark.parametrize("name", ENCODED)
def test_every_encoding_gives_the_same_row(name: str) -> None:
    """Letters are composed, whatever wrote them."""
    (row,) = read_table("a.csv", ENCODED[name]).rows
    assert (row.values[Field.TITLE], row.values[Field.NOTE]) == (TITLE, "ổn")


def test_windows_1258_has_tones_of_their_own() -> None:
    """The sample is what it claims to be: no UTF-8, and longer than its letters."""
    with pytest.raises(UnicodeDecodeError):
        ENCODED["windows-1258"].decode()
    assert len(ENCODED["windows-1258"]) > len(SHOWN)


CELL = st.text(st.characters(codec="utf-8", exclude_characters='\0\r\n"', exclude_categories=("Cs", "Cc")), max_size=9)


@given(
    st.sampled_from(";,\t"), st.lists(CELL, min_size=1, max_size=5), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
)
def test_the_separator_is_found(separator: str, titles: list[str], quoting: Literal[0, 1]) -> None:
    """By the headings it makes sense of, with the other separators in the cells as well."""
    head = ["Tiêu đề", "Ngày đăng", "Link"]
    lines = [head, *([f"x; y, {title}", "05/03/2023", "https://a.example"] for title in titles)]
    written = io.StringIO()
    csv.writer(written, delimiter=separator, quoting=quoting).writerows(lines)
    assert [list(cells) for _, cells in read_rows(written.getvalue())] == lines


def test_rows_have_the_numbers_that_excel_shows() -> None:
    """Empty rows count, a cell of two lines is one row, and the line that names the separator isn't shown."""
    text = 'sep=;\nTiêu đề;Ngày đăng\n\n"hai\ndòng";05/03/2023\n;\ncuối;06/03/2023\n'
    assert list(read_rows(text)) == [
        (1, ["Tiêu đề", "Ngày đăng"]),
        (3, ["hai\ndòng", "05/03/2023"]),
        (5, ["cuối", "06/03/2023"]),
    ]


@pytest.mark.parametrize("line", ['"không đóng;05/03/2023\ncuối;06/03/2023\n', '"hai" dấu;05/03/2023\n'])
def test_a_quotation_mark_out_of_place_is_told(line: str) -> None:
    """It would swallow the rows after it."""
    with pytest.raises(Unreadable, match="Sau dòng 2 có dấu ngoặc kép đặt sai") as told:
        list(read_rows(f"Tiêu đề;Ngày đăng\nđúng;05/03/2023\n{line}"))
    assert str(told.value).count("hãy") == 1


def test_an_unknown_encoding_is_told() -> None:
    """With what to do."""
    with pytest.raises(Unreadable, match="Không nhận ra bảng mã của tệp; hãy lưu lại thành “CSV UTF-8”"):
        decode(b"\xff\xfe\x00\xd8")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    """As a file of whatever kind: there is a text for people, or there are rows."""
    table = read_table("x", data)
    assert bool(table.problems) != bool(table.rows)
