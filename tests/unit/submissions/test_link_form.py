"""What people type behind a link: read forgivingly, and what is wrong is said beside its field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.submissions.link_form import (
    DURATION,
    FIELDS,
    FILE,
    LONGEST_REASON,
    NOTE,
    PUBLISHED_ON,
    REASON,
    TITLE,
    URL,
    Wrong,
    read_output,
    read_reason,
    seen,
    wrong_by,
)
from shared.contracts.outputs import OutputSubmitted, Reason


@pytest.mark.parametrize(
    "typed",
    ["05/03/2023", "5/3/2023", "05-03-2023", "05.03.2023", "2023-03-05", "05032023", " 5/3/23 ", "ngày 5/3/2023"],
)
def test_days_are_read_as_people_write_them(typed: str) -> None:
    """Day first; eight figures without a stroke too, since the keypad of a phone may have none."""
    assert read_output(seen({PUBLISHED_ON: typed})) == ({PUBLISHED_ON: "2023-03-05"}, [])


@pytest.mark.parametrize("typed", ["31/02/2023", "hôm qua", "5/2023", "32132023", "1" * 10_000])
def test_what_is_no_day_is_said_to_be_none(typed: str) -> None:
    data, wrong = read_output(seen({PUBLISHED_ON: typed}))
    assert data == {}
    assert [one.field for one in wrong] == [PUBLISHED_ON]
    assert len(wrong[0].text) < 200


@pytest.mark.parametrize(("typed", "minutes"), [("5", 5.0), ("4,5", 4.5), ("10.5 phút", 10.5), (" 05 ", 5.0)])
def test_minutes_may_have_a_comma(typed: str, minutes: float) -> None:
    assert read_output(seen({DURATION: typed})) == ({DURATION: minutes}, [])


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        (" bao.example/bai ", "https://bao.example/bai"),
        ("www.bao.example", "https://www.bao.example"),
        ("bao.example:8080/bai?so=1#cuoi", "https://bao.example:8080/bai?so=1#cuoi"),
        ("báo-mẫu.example/bài", "https://báo-mẫu.example/bài"),
        ("http://bao.example/bai", "http://bao.example/bai"),
        ("HTTPS://bao.example/bai", "HTTPS://bao.example/bai"),
        ("ftp://bao.example/bai", "ftp://bao.example/bai"),
        ("vanthu@bao.example", "vanthu@bao.example"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("báo mẫu.example", "báo mẫu.example"),
        ("05.03.2023", "05.03.2023"),
        ("trang-bao", "trang-bao"),
    ],
)
def test_an_address_may_lack_its_scheme(typed: str, read_as: str) -> None:
    """What looks like a host is one of https; all else stays as it was typed, for the intake to judge."""
    assert read_output(seen({URL: typed})) == ({URL: read_as}, [])


def test_what_is_empty_is_left_out() -> None:
    """So that the intake says what is missing, and an optional field isn't an empty one."""
    assert read_output(seen({TITLE: " ", URL: "", NOTE: "\r\n"})) == ({}, [])


def test_nothing_invisible_is_kept() -> None:
    """Marks of direction, zero-width characters and controls go; the lines of a note stay."""
    data, _ = read_output(seen({TITLE: "một\u202e \u200bhai\x00ba\r\nbốn", NOTE: "a\r\n\x07b\u2066\rc"}))
    assert data == {TITLE: "một hai ba bốn", NOTE: "a\nb\nc"}


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=300)))
def test_anything_is_read_or_refused(typed: dict[str, str]) -> None:
    """Nothing that can be typed fails, and what a field holds afterwards the contract takes or names as wrong."""
    clean = seen(typed)
    data, wrong = read_output(clean)
    read_reason(clean)
    assert set(data) | {one.field for one in wrong} <= set(OutputSubmitted.model_fields)
    assert not any(char < " " and char != "\n" for text in clean.values() for char in text)


def test_the_intake_s_reasons_stand_beside_their_fields() -> None:
    """In the order of the form; what is known to be wrong keeps its text; a period is changed by the date."""
    known = [Wrong(PUBLISHED_ON, "Ngày sai.")]
    reasons = [
        Reason(code="bad_field", field="url", message="m"),
        Reason(code="before_period", field="period", message="m"),
        Reason(code="missing_field", field="title", message="m"),
        Reason(code="unknown_evidence", field="evidence.0", message="m"),
        Reason(code="no_plan", field="", message="m"),
        Reason(code="not_owed", field="duty", message="m"),
    ]
    found = wrong_by(reasons, seen({URL: "x" * 1000}), known)
    assert [one.field for one in found] == ["", "", TITLE, PUBLISHED_ON, URL, FILE]
    assert found[3] == known[0]
    assert found[4].text.startswith("“xxx")
    assert len(found[4].text) < 300


def test_a_reason_is_text_of_a_bounded_length() -> None:
    """Without a letter or figure it is none."""
    assert read_reason(seen({REASON: " vì  bão (mẫu) \r\n"})) == ("vì bão (mẫu)", [])
    assert read_reason(seen({REASON: "x" * LONGEST_REASON}))[1] == []
    for typed in ("", "—", "x" * (LONGEST_REASON + 1)):
        assert [one.field for one in read_reason(seen({REASON: typed}))[1]] == [REASON]
