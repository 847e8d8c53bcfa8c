"""An officer's text: paragraphs, items, two faces, and everything else as it was typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.renderings.markdown import Paragraph, faces, paragraphs
from services.reports.renderings.paper import Run

STARRED = st.text('***aẬ2_ .,()“”"-\n', max_size=60)
TYPED = st.text(st.one_of(st.sampled_from("*- \n\r\tạÂ<&{%#"), st.characters(codec="utf-8")), max_size=200)


def test_paragraphs_lie_between_empty_lines() -> None:
    """Lines of one paragraph are joined by a space, as Markdown does."""
    assert [one.text for one in paragraphs("Một\nhai\n\n \nBa\r\n")] == ["Một hai", "Ba"]


def test_items_begin_with_a_dash() -> None:
    """An item goes on until the next one or an empty line; what follows it is a paragraph."""
    found = paragraphs("Gồm:\n- một\n  tiếp\n- **hai**\n\nHết")
    assert [(one.item, one.text) for one in found] == [
        (False, "Gồm:"),
        (True, "- một tiếp"),
        (True, "- hai"),
        (False, "Hết"),
    ]


def test_a_number_begins_a_paragraph() -> None:
    """As officials number what they propose; a year or a figure within a paragraph is none."""
    lines = ["I. Không", "1. Một", "1.1. Hai", "1.2 Hai", "a) Ba", "đ) Bốn", "+ Năm", "2) Sáu"]
    assert [one.text for one in paragraphs("\n".join(["Đề nghị:", *lines]))] == ["Đề nghị:", *lines]
    prose = "Năm\n2023. Đạt\n12,5 điểm\n3.000 lượt"
    assert [one.text for one in paragraphs(prose)] == [prose.replace("\n", " ")]


def test_a_star_makes_an_item_too() -> None:
    """As other editors of Markdown write them."""
    assert [(one.item, one.text) for one in paragraphs("* một\n* *hai*")] == [(True, "- một"), (True, "- hai")]


def test_faces_are_bold_italic_and_both() -> None:
    """Faces nest, and plain text is between them."""
    assert faces("a **b** *c* ***d*** **e *f* g**") == (
        Run("a "),
        Run("b", bold=True),
        Run(" "),
        Run("c", italic=True),
        Run(" "),
        Run("d", bold=True, italic=True),
        Run(" "),
        Run("e ", bold=True),
        Run("f", bold=True, italic=True),
        Run(" g", bold=True),
    )


def test_a_mark_that_nothing_closes_is_text() -> None:
    """A star before a figure, between spaces, or alone stays where it was typed."""
    for text in ("5 * 3 = 15 * 1", "*", "**", "* a", "chỉ **mở", "đóng** thôi", "a ** b ** c", "- a"):
        assert faces(text) == (Run(text),)


@pytest.mark.parametrize(
    "text",
    [
        "cấp 2*3 tỷ cho 5 huyện và 4*6 tỷ cho 8 xã; pano 3*4 m, 5*6 m",
        "8**10 … 9**10",
        "2***3 và 4***5",
        "bao_cao_*.doc và anh*.png",
        "*.doc và anh*.",
        "khách sạn 5*, 4* và 3*",
        '(*) chưa đủ, “*” và "*" (*)',
        "*lệch**",
        "****** hết ******",
    ],
)
def test_stars_of_figures_names_and_notes_are_text(text: str) -> None:
    """What is signed has the figures that were typed."""
    assert faces(text) == (Run(text),)


@pytest.mark.parametrize(
    ("text", "face"),
    [
        ("*a*", "a"),
        ("(*a*)", "a"),
        ("“*a*”", "a"),
        ('"*a*"', "a"),
        ('*"a"*', '"a"'),
        ("*(a)*", "(a)"),
        ("x *a*, y", "a"),
        ("*-5 %* năm", "-5 %"),
        ("*2*3 m*.", "2*3 m"),
        ("*a*–b", "a"),
    ],
)
def test_a_face_lies_between_the_outsides_of_words(text: str, face: str) -> None:
    """After a blank or what opens, before a blank or punctuation; a figure in it keeps its star."""
    assert [run.text for run in faces(text) if run.italic] == [face]
    assert sum(run.text.count("*") for run in faces(text)) == text.count("*") - 2


def test_all_other_markup_is_text() -> None:
    """Headings, links, pictures, HTML and code of templates are printed as they are."""
    text = "# Không [x](javascript:1) ![y](z) <b>z</b> {{ 7*7 }} `mã` #panic() $x$ _gạch_"
    assert paragraphs(text) == (Paragraph((Run(text),)),)


def test_nothing_is_no_paragraph() -> None:
    """A text of blanks alone prints nothing."""
    assert paragraphs(" \n\n\t\n") == ()


@given(TYPED)
def test_every_letter_that_was_typed_is_printed(text: str) -> None:
    """Whatever is typed, nothing but marks of faces, dashes of items and blanks is left out, and nothing is added."""
    found = paragraphs(text)
    printed = "".join(run.text for one in found for run in one.runs)
    assert [c for c in printed if c not in "*-" and not c.isspace()] == [
        c for c in text if c not in "*-" and not c.isspace()
    ]
    assert printed.count("*") <= text.count("*")
    assert all(run.text for one in found for run in one.runs)


@given(STARRED | TYPED)
def test_no_star_within_a_word_or_a_figure_is_lost(text: str) -> None:
    """And what is taken for marks is taken in pairs; all else is printed as it was typed."""
    printed = "".join(run.text for run in faces(text))
    within = re.compile(r"(?<=\w)\*+(?=\w)")
    assert within.findall(printed) == within.findall(text)
    assert (text.count("*") - printed.count("*")) % 2 == 0
    assert printed.replace("*", "") == text.replace("*", "")


@given(st.lists(st.integers(0, 99), min_size=2, max_size=6), st.sampled_from(["*", "**", "***"]))
def test_figures_that_are_multiplied_are_printed_whole(figures: list[int], times: str) -> None:
    """However many there are in a text, and whatever stands between the products."""
    product = times.join(map(str, figures))
    text = f"cấp {product} tỷ, {product} m và ({product}); **{product}**"
    assert "".join(run.text for run in faces(text)) == text.removesuffix(f"**{product}**") + product


def test_many_stars_cost_no_more_than_their_number() -> None:
    """A text of nothing but openings is read in one pass, so that its length is all that it costs."""
    text = "**a " * 50_000
    assert "".join(run.text for run in faces(text)) == text
