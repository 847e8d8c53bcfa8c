"""Cells: dates, numbers and text as people write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.imports.cells import Misread, read
from services.submissions.imports.limits import CELL_CHARACTERS
from services.submissions.imports.table import Broken, Field, Formula

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FORMS = (
    "{0:%d/%m/%Y}", "{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y}", "{0.day}.{0.month}.{0:%Y}", "{0:%d/%m/%y}",
    "{0.day}/{0.month}/{0:%y}", "{0:%Y-%m-%d}", "{0:%Y-%m-%d}T08:15:00+07:00", "{0:%Y-%m-%d} 08:15:00",
    "{0:%d/%m/%Y} 08:15", "{0:%d/%m/%Y} - 8h15", "08:15 {0:%d/%m/%Y}", "8h15, ngày {0:%d/%m/%Y}",
    "ngày {0.day} tháng {0.month} năm {0.year}", "\u00a0{0:%d/%m/%Y} ",
)  # fmt: skip


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_is_read_however_it_is_written(day: date, form: str) -> None:
    """Day before month, with or without zeros, two digits of the year or four, a time of day before or after it."""
    assert read(form.format(day), Field.PUBLISHED_ON) == day


@given(DAYS, st.times())
def test_a_spreadsheet_s_own_day_is_itself(day: date, at: time) -> None:
    """With a time of day or without one."""
    assert read(day, Field.PUBLISHED_ON) == day
    assert read(datetime.combine(day, at), Field.PUBLISHED_ON) == day


@pytest.mark.parametrize(
    "text",
    ["31/02/2023", "29/2/2023", "12/25/2023", "00/01/2023", "5/3", "hôm qua", "45000", "2023", "5/3/023", "1/2/3/2023"],
)
def test_what_is_no_day_is_told_with_what_would_be_right(text: str) -> None:
    """Nothing is guessed, and no serial number is taken for a day."""
    with pytest.raises(Misread) as raised:
        read(text, Field.PUBLISHED_ON)
    assert str(raised.value) == (f"“{text}” không phải là ngày; hãy ghi theo dạng ngày/tháng/năm, ví dụ 05/03/2023")


@pytest.mark.parametrize("value", [45000, 4.5, True, time(5, 30), timedelta(hours=5)])
def test_a_number_or_a_time_is_no_day(value: object) -> None:
    """A cell that isn't formatted as a day holds a number, which could be anything."""
    with pytest.raises(Misread, match="không phải là ngày"):
        read(value, Field.PUBLISHED_ON)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["5/3/1923", "5/3/0023", datetime(1900, 1, 5), "2123-01-01"])  # noqa: DTZ001
def test_a_year_that_can_t_be_meant_is_told(value: str | datetime) -> None:
    """A spreadsheet makes 1900 of a small number, and a slip of the finger 0023."""
    with pytest.raises(Misread, match="hãy ghi lại năm cho đúng"):
        read(value, Field.PUBLISHED_ON)


@given(st.decimals(0, 9_999, places=2, allow_nan=False), st.sampled_from(",."), st.sampled_from(["", " phút", "'"]))
def test_minutes_with_a_comma_or_a_point(number: object, point: str, unit: str) -> None:
    """And with the unit behind them."""
    text = str(number).replace(".", point) + unit
    assert read(text, Field.DURATION) == float(str(number))


@pytest.mark.parametrize(("value", "minutes"), [(5, 5.0), (4.5, 4.5), ("10", 10.0), ("5p", 5.0), (" 4,5 ", 4.5)])
def test_minutes_as_numbers_and_text(value: object, minutes: float) -> None:
    """A cell's own number is taken as it is."""
    assert read(value, Field.DURATION) == minutes  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["1.200", "1,200", "5:30", time(5, 30), True, "10-15", "lâu", "-5", "5 giờ"])
def test_what_may_be_two_numbers_is_none(value: object) -> None:
    """1.200 is a thousand to some, 5:30 half past five to a spreadsheet."""
    with pytest.raises(Misread, match="không phải là số phút; hãy ghi một số, ví dụ 5 hoặc 4,5"):
        read(value, Field.DURATION)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", list(Field))
def test_formulas_errors_and_endless_cells_are_told_in_every_column(field: Field) -> None:
    """None of them is evaluated, guessed or cut."""
    with pytest.raises(Misread, match="ô này là công thức"):
        read(Formula(), field)
    with pytest.raises(Misread, match="báo lỗi của bảng tính"):
        read(Broken(), field)
    with pytest.raises(Misread, match=f"dài {CELL_CHARACTERS + 1} ký tự, nhiều nhất là {CELL_CHARACTERS}"):
        read("a" * (CELL_CHARACTERS + 1), field)


@pytest.mark.parametrize("field", list(Field))
@pytest.mark.parametrize("empty", [None, "", "  ", "\u200b\u00a0\n"])
def test_an_empty_cell_says_nothing(field: Field, empty: str | None) -> None:
    """Spaces and invisible characters are nothing."""
    assert read(empty, field) is None


@pytest.mark.parametrize(
    ("cell", "field", "text"),
    [
        (" Bản tin\n số  7 ", Field.TITLE, "Bản tin số 7"),
        ("Ba\u0309n tin", Field.TITLE, "Bản tin"),
        ("dòng 1 \r\n dòng 2", Field.NOTE, "dòng 1\ndòng 2"),
        (2023, Field.PERIOD, "2023"),
        (2023.0, Field.PERIOD, "2023"),
        (datetime(2023, 2, 1), Field.PERIOD, "2023-02"),  # noqa: DTZ001
    ],
)
def test_text_is_cleaned(cell: object, field: Field, text: str) -> None:
    """One line in NFC; a note keeps its lines; a month that a spreadsheet took for a day is a month again."""
    assert read(cell, field) == text  # type: ignore[arg-type]


def test_a_day_is_no_period() -> None:
    """Unless it is the first of a month, which is what a spreadsheet makes of 2/2023."""
    with pytest.raises(Misread, match=r"“05/02/2023” là một ngày, không phải là kỳ; hãy ghi kỳ, ví dụ 2023-02"):
        read(datetime(2023, 2, 5), Field.PERIOD)  # noqa: DTZ001


@given(st.text(max_size=60), st.sampled_from(list(Field)))
def test_whatever_is_typed_is_read_or_told(text: str, field: Field) -> None:
    """No text makes it fail in another way, and what is read is never empty."""
    try:
        value = read(text, field)
    except Misread:
        value = "told"
    assert value != ""
