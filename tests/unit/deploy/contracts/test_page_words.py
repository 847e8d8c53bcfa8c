"""The Markdown of our descriptions, and text that is none."""

import pytest

from deploy.contracts.page_words import blocks, inline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("`a_b` and **c** and *d*", "<code>a_b</code> and <strong>c</strong> and <em>d</em>"),
        ("<b> & 'x'", "&lt;b&gt; &amp; &#39;x&#39;"),
        ("`dondoc.output.*.AGENCY` and 2 * 3 * 4", "<code>dondoc.output.*.AGENCY</code> and 2 * 3 * 4"),
    ],
)
def test_a_line_has_code_and_emphasis_and_is_escaped(text: str, html: str) -> None:
    assert str(inline(text)) == html


def test_blocks_are_paragraphs_lists_and_tables() -> None:
    """A table's first row is its head, which our tables leave empty; a list's item may go over lines."""
    text = "one\ntwo\n\n- a\n  b\n- c\n\n| x | |\n|---|---|\n| 1 | <2> |"
    assert str(blocks(text)) == (
        "<p>one two</p>\n<ul><li>a b</li><li>c</li></ul>\n<table><tr><td>1</td><td>&lt;2&gt;</td></tr></table>"
    )
