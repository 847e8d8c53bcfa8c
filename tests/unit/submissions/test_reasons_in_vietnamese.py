"""Reasons in Vietnamese: one for every code that there is."""

import re

import pytest

from services.submissions.reasons_in_vietnamese import FIELDS, TEXTS, in_vietnamese
from shared.contracts.outputs import OutputSubmitted, Reason
from shared.contracts.reasons import REASONS


def test_every_code_has_a_text() -> None:
    """Those that the contract explains; a new one needs a text for officials."""
    assert set(TEXTS) == set(REASONS)


@pytest.mark.parametrize("code", TEXTS)
@pytest.mark.parametrize("given", ["III.9", None])
def test_a_text_is_a_sentence(code: str, given: str | None) -> None:
    """It quotes what was written and tells what would be right, and nothing in it is left to fill in."""
    text = in_vietnamese(Reason(code=code, field="duty", message="m", candidates=("tv", "radio")), given)
    assert text[0].isupper() or text[0] == "“"
    assert text.endswith(".")
    assert not re.search(r"[{}]|None", text)
    assert ("có thể là: tv, radio" in text) == ("{among}" in TEXTS[code])
    assert ("“III.9”" in text) == ("{given}" in TEXTS[code] and given is not None)


@pytest.mark.parametrize("code", ["missing_field", "bad_field"])
def test_behind_its_columns_name_a_sentence_does_not_repeat_it(code: str) -> None:
    """“Dòng 3, cột “Tiêu đề”: ô này đang để trống; …”."""
    text = in_vietnamese(Reason(code=code, field="title", message="m"), None, "Tiêu đề")
    assert "tiêu đề" not in text.lower()
    assert text.endswith("; hãy ghi trên một dòng, nhiều nhất 500 ký tự, có chữ hoặc số.")


def test_a_code_that_nobody_knows_yet_says_what_the_rules_say() -> None:
    """Better English than nothing."""
    assert in_vietnamese(Reason(code="new", field="", message="why")) == "Không ghi nhận được: why."


def test_every_field_has_a_name() -> None:
    """Of the contract as it is."""
    assert set(FIELDS) == set(OutputSubmitted.model_fields)
