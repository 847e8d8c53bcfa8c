"""An officer's text: paragraphs, items, two faces, and everything else as it was typed."""

from hypothesis import given
from hypothesis import strategies as st

from services.reports.renderings.markdown import Paragraph, faces, paragraphs
from services.reports.renderings.paper import Run

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


def test_many_stars_cost_no_more_than_their_number() -> None:
    """A text of nothing but openings is read in one pass, so that its length is all that it costs."""
    text = "**a " * 50_000
    assert "".join(run.text for run in faces(text)) == text
