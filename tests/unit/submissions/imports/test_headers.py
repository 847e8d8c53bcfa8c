"""Headings: any order, any spelling."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.imports.headers import field_of, read_headings
from services.submissions.imports.table import Field
from services.submissions.imports.template import COLUMNS, PLAN_COLUMN

KNOWN = {
    "Tiêu đề": Field.TITLE,
    "Tên tin bài": Field.TITLE,
    "Ngày đăng": Field.PUBLISHED_ON,
    "Ngày phát sóng": Field.PUBLISHED_ON,
    "Đường dẫn": Field.URL,
    "Link": Field.URL,
    "Kênh": Field.CHANNEL,
    "Nhiệm vụ": Field.DUTY,
    "Kỳ": Field.PERIOD,
    "Thời lượng (phút)": Field.DURATION,
    "Thời lượng": Field.DURATION,
    "Chủ đề": Field.TOPICS,
    "Ghi chú": Field.NOTE,
    "Ngày đăng (dd/mm/yyyy)": Field.PUBLISHED_ON,
    "Tiêu đề *": Field.TITLE,
    "Ngày\nđăng": Field.PUBLISHED_ON,
    "Nội dung": Field.TITLE,
    "Nội dung tin bài": Field.TITLE,
    "Tên bài báo": Field.TITLE,
    "Tên phóng sự": Field.TITLE,
    "Trích yếu": Field.TITLE,
    "Ngày tháng": Field.PUBLISHED_ON,
    "Ngày, tháng, năm": Field.PUBLISHED_ON,
    "Ngày, tháng đăng": Field.PUBLISHED_ON,
    "Ngày/tháng/năm đăng": Field.PUBLISHED_ON,
    "Ngày, giờ phát sóng": Field.PUBLISHED_ON,
    "Thời gian đăng": Field.PUBLISHED_ON,
    "Thời gian phát sóng": Field.PUBLISHED_ON,
    "Loại hình": Field.CHANNEL,
}


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in apart if not unicodedata.combining(c))


SPELLINGS = (str, str.upper, str.lower, _bare, lambda text: unicodedata.normalize("NFD", text), lambda t: f" {t}: ")


@pytest.mark.parametrize("heading", KNOWN)
@pytest.mark.parametrize("spelt", range(len(SPELLINGS)))
def test_a_heading_in_any_spelling(heading: str, spelt: int) -> None:
    """With or without diacritics, composed or not, in capitals, with a unit, a colon or a line break."""
    assert field_of(SPELLINGS[spelt](heading)) is KNOWN[heading]


@pytest.mark.parametrize(
    "heading",
    ["Thời lượng (giây)", "Thời lượng (giờ)", "Thời gian phát sóng (phút)", "Ngày đăng ký", "Ngày sinh", "Lượt xem"],
)
def test_a_heading_that_says_something_else(heading: str) -> None:
    """A near one is not taken for it: seconds would be recorded as minutes."""
    assert field_of(heading) is None


def test_what_the_template_says_is_understood() -> None:
    """All of its headings but the day until which a row is to be registered."""
    headings = [column.heading for column in (PLAN_COLUMN, *COLUMNS)]
    columns = read_headings(headings)
    assert (columns.missing, columns.unused) == ((), ())
    assert {heading for _, heading in columns.fields.values()} == set(headings) - {"Hạn đăng ký"}


@given(st.permutations(["Tiêu đề", "Ngày đăng", "Link", "Lượt xem", "STT"]))
def test_the_order_doesn_t_matter(headings: list[str]) -> None:
    """Each field is where its heading is; what is of no use is told, a running number isn't."""
    columns = read_headings(headings)
    assert {field: headings[place] for place, (field, _) in columns.fields.items()} == {
        Field.TITLE: "Tiêu đề",
        Field.PUBLISHED_ON: "Ngày đăng",
        Field.URL: "Link",
    }
    assert columns.unused == ("Lượt xem",)


@pytest.mark.parametrize(
    ("surer", "lesser"),
    [
        ("Tiêu đề", "Nội dung"),
        ("Tên phóng sự", "Trích yếu"),
        ("Ngày phát sóng", "Thời gian phát sóng"),
        ("Ngày đăng", "Ngày tháng"),
        ("Kênh", "Loại hình"),
        ("Nhiệm vụ", "Loại hình"),
        ("Tên nhiệm vụ", "Loại hình"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_heading_that_means_less_beside_a_surer_one(surer: str, lesser: str, turned: bool) -> None:
    """A summary, an hour, a genre: read as title, day or channel they would contradict the column that says it."""
    headings = (lesser, surer) if turned else (surer, lesser)
    columns = read_headings(headings)
    assert [heading for _, heading in columns.fields.values()] == [surer]
    assert columns.unused == (lesser,)


def test_what_is_missing_is_told() -> None:
    """A title and a day are always needed."""
    assert read_headings(["Link", None, 5]).missing == (Field.TITLE, Field.PUBLISHED_ON)
