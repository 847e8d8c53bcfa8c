"""The page: its figures are the report's, it loads nothing, and data can't become markup."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from services.reports.renderings.charts import charts
from services.reports.renderings.html import render
from services.reports.renderings.table import COUNT_COLUMNS
from shared.contracts.narrative import Part
from shared.contracts.plan import Count
from tests.unit.reports.renderings import figures
from tests.unit.reports.renderings.hostile import AMPERSAND, SCRIPT, TEMPLATE, hostile_report
from tests.unit.reports.renderings.officers_words import written
from tests.unit.reports.sample import sample_report


class Page(HTMLParser):
    """What a page holds: tags, their attributes, figures by group, tables by name, and text."""

    def __init__(self, source: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.groups: dict[str, dict[str, str]] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.text = ""
        self._group = self._figure = self._table = ""
        self._in_cell = False
        self.feed(source.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._group = given.get("data-group") or self._group
        self._figure = given.get("data-figure") or ""
        if name := given.get("data-table"):
            self._table = name
            self.tables[name] = []
        if tag == "tr":
            self.tables[self._table].append([])
        self._in_cell = tag == "td" or given.get("scope") == "row"
        if self._in_cell:
            self.tables[self._table][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell, self._figure = False, ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_cell:
            self.tables[self._table][-1][-1] += data
        if self._figure:
            self.groups.setdefault(self._group, {})[self._figure] = data


@pytest.fixture(scope="module")
def page() -> Page:
    """The sample report, read."""
    return Page(render(sample_report()))


def test_the_totals_are_those_of_the_report(page: Page) -> None:
    """Two cards, explicit and implied, with the seven figures of each."""
    found = [list(page.groups[group].values()) for group in ("explicit", "implied")]
    assert found == figures.totals(sample_report())
    assert list(page.groups["explicit"]) == list(figures.FIGURES)


def test_the_cards_and_the_tables_name_the_figures_alike() -> None:
    """A card's labels are the heads of the tables' columns, in the same order."""
    source = render(sample_report()).decode()
    labels = re.findall(r"<dt>(.*?)</dt>", source)
    assert labels == [column.label for column in COUNT_COLUMNS] * 2


def test_the_duties_are_those_of_the_report(page: Page) -> None:
    """Each counted duty's figures; a continuous one has no rate."""
    found = {row[0]: row[3:10] for row in page.tables["duties"][1:]}
    expected = figures.counted_duties(sample_report())
    assert {name: found[name] for name in expected} == expected
    assert page.tables["duties"][1][10] == "không áp dụng"


def test_the_agencies_add_up_to_the_totals(page: Page) -> None:
    """The rows of each group, added up, are the total of that group."""
    for label, expected in zip(("Kế hoạch ấn định", "Kế hoạch không"), figures.totals(sample_report()), strict=True):
        found = [row[3:10] for row in page.tables["agencies"][1:] if row[2].startswith(label)]
        assert [str(sum(int(row[n]) for row in found)) for n in range(7)] == expected


@pytest.mark.parametrize("count", [Count.EXPLICIT, Count.IMPLIED])
def test_the_months_are_those_of_the_report(page: Page, count: Count) -> None:
    """A table for each group, a row for each month."""
    found = [row[1:8] for row in page.tables[f"months-{count}"][1:]]
    assert found == figures.months(sample_report(), count)


def test_the_page_loads_nothing(page: Page) -> None:
    """No script, image, frame or link to elsewhere, in a policy that would refuse them."""
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "link", "object", "form", "video"}
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in page.tags)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "src"]
    policy = next(attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_the_page_says_its_language_its_width_and_its_day(page: Page) -> None:
    """Vietnamese, as wide as the device, with the day of the data."""
    tags = dict(page.tags)
    assert tags["html"]["lang"] == "vi"
    assert any(attrs.get("name") == "viewport" for _, attrs in page.tags)
    assert "Số liệu tính đến ngày 29/11/2023" in page.text


def test_hostile_titles_stay_text() -> None:
    """Scripts and template code come out as text, and `A & B <c>` survives."""
    page = Page(render(hostile_report()))
    assert "script" not in {tag for tag, _ in page.tags}
    for title in (SCRIPT, AMPERSAND, TEMPLATE):
        assert title in page.text


def test_every_table_names_itself_its_columns_and_its_rows() -> None:
    """A caption, heads of columns, and one head in each row, for who hears the page."""
    source = render(sample_report()).decode()
    tables = re.findall(r"<table.*?</table>", source, re.DOTALL)
    assert len(tables) > 8
    for table in tables:
        assert table.count("<caption") == 1
        assert set(re.findall(r'<th scope="(\w+)"', table)) == {"col", "row"}
        assert table.count('<th scope="row">') == len(re.findall(r"<tr>", table)) - 1


def test_headings_descend_without_a_gap(page: Page) -> None:
    """One title, and no level is left out on the way down."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_chart_is_a_picture_with_words_in_its_stead(page: Page) -> None:
    """Each is named and described within the file, and its ids are its own."""
    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert [picture["role"] for picture in pictures] == ["img"] * 4
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert all(set((picture["aria-labelledby"] or "").split()) <= set(ids) for picture in pictures)
    for chart in charts(sample_report()):
        assert chart.alt in page.text


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time of making."""
    assert render(sample_report()) == render(sample_report())


def test_what_an_officer_wrote_stands_in_the_page() -> None:
    """Paragraphs, lists and faces as such; all other markup as text."""
    text = "Do **thiếu *người*** & <b>máy</b>:\n- một\n- hai\n\nHết."
    source = render(written({Part.CAUSES: text, Part.OUTLOOK: "  "})).decode()
    start = source.index('<section id="danh-gia">')
    shown = " ".join(source[start : source.index("</section>", start)].split())
    assert shown.endswith(
        "<h3>Nguyên nhân</h3> <p>Do <strong>thiếu </strong><strong><em>người</em></strong>"
        " &amp; &lt;b&gt;máy&lt;/b&gt;:</p> <ul><li>một</li> <li>hai</li> </ul><p>Hết.</p>"
    )
    assert "Phương hướng năm sau" not in shown
    assert 'id="danh-gia"' not in render(sample_report()).decode()
