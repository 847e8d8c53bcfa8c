"""Every figure of the JSON stands in each document, and no other: read back by libraries that know nothing of us."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.table import Table
from openpyxl import load_workbook
from pypdf import PdfReader

from services.reports.build_report import report_json
from services.reports.renderings import html, pdf, xlsx
from services.reports.renderings.charts import charts
from services.reports.renderings.docx import render as render_docx
from services.reports.renderings.drawing import draw
from tests.unit.reports.renderings.test_html import Page
from tests.unit.reports.sample import sample_outputs, sample_report

COUNTS = ("expected", "expected_to_date", "met", "met_late", "overdue", "excused", "open")
EXPLICIT, IMPLIED = "Kế hoạch ấn định số lượng", "Kế hoạch không ấn định số lượng (tính tối thiểu 01 kỳ)"
SENTENCE = re.compile(
    r"(\d+) kỳ trong năm.*đã đến hạn (\d+); đúng hạn (\d+), trễ hạn (\d+), quá hạn (\d+), được miễn (\d+), "
    r"còn trong hạn (\d+)"
)
Rows = list[list[str]]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """The JSON, as a program reads it."""
    found = json.loads(report_json(sample_report()))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def document() -> Document:
    """The DOCX."""
    return docx.Document(BytesIO(render_docx(sample_report())))


@pytest.fixture(scope="module")
def printed() -> str:
    """All that the PDF says, without blanks: they lie where lines break."""
    pages = PdfReader(BytesIO(pdf.render(sample_report()))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def page() -> Page:
    """The HTML."""
    return Page(html.render(sample_report()))


@pytest.fixture(scope="module")
def sheets() -> dict[str, Rows]:
    """The workbook's sheets as rows of text."""
    book = load_workbook(BytesIO(xlsx.render(sample_report(), sample_outputs())))
    return {
        sheet.title: [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def shown(counts: dict[str, Any]) -> list[str]:
    """The seven figures as text."""
    return [str(counts[name]) for name in COUNTS]


def months(data: dict[str, Any], kind: str) -> Rows:
    """What each month's row must say."""
    return [[f"Tháng {m['month'][5:]}/{m['month'][:4]}", *shown(m["totals"][kind])] for m in data["months"]]


def owing(data: dict[str, Any]) -> set[tuple[str, int]]:
    """Of each duty that somebody is overdue with, how often, by the pairs of the JSON."""
    return {(pair["duty"], pair["overdue"]) for pair in data["pairs"] if pair["overdue"]}


def grid(data: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Annex I's fields by agency and duty, by the pairs of the JSON."""
    names = {agency["id"]: agency["name"] for agency in data["agencies"]}
    return {
        (names[pair["agency"]], pair["duty"]): (
            f"{pair['met'] + pair['met_late']}/{pair['expected'] - pair['excused']}"
            if pair["expected"]
            else str(pair["outputs"])
        )
        for pair in data["pairs"]
    }


def tables_of(document: Document) -> Iterator[tuple[str, Rows]]:
    """The DOCX's titled tables, with their heads."""
    title = ""
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            if title:
                yield title, [[cell.text for cell in row.cells] for row in item.rows]
            title = ""
        elif item.style is not None and item.style.name == "Heading 3":
            title = item.text


@pytest.fixture(scope="module")
def tables(document: Document) -> dict[str, list[Rows]]:
    """The DOCX's tables by title."""
    found: dict[str, list[Rows]] = defaultdict(list)
    for title, rows in tables_of(document):
        found[title].append(rows)
    return found


def test_the_docx_has_every_total_month_topic_and_channel(tables: dict[str, list[Rows]], data: dict[str, Any]) -> None:
    """Row by row, figure by figure."""
    totals = tables["Tổng hợp chung"][0][1:]
    assert [row[:8] for row in totals] == [
        [EXPLICIT, *shown(data["totals"]["explicit"])],
        [IMPLIED, *shown(data["totals"]["implied"])],
    ]
    assert [row[:8] for row in tables[EXPLICIT][0][1:]] == months(data, "explicit")
    assert [row[:8] for row in tables[IMPLIED][0][1:]] == months(data, "implied")
    assert tables["Sản phẩm theo nội dung tuyên truyền"][0][1:] == [
        [topic["id"], topic["title"], str(topic["outputs"])] for topic in data["topics"]
    ]
    assert tables["Sản phẩm theo kênh"][0][1:] == [
        [channel["title"], str(channel["outputs"])] for channel in data["channels"]
    ]


def test_the_docx_has_every_agencys_figures(tables: dict[str, list[Rows]], data: dict[str, Any]) -> None:
    """Annex I has each pair of agency and duty, annex II each that is overdue, with its number."""
    found: dict[tuple[str, str], str] = {}
    for title, several in tables.items():
        for rows in several:
            if title.startswith("Nhiệm vụ "):
                duties = rows[0][2:]
                found |= {(row[1], duty): cell for row in rows[1:] for duty, cell in zip(duties, row[2:], strict=True)}
    expected = grid(data)
    assert {key: found[key] for key in expected} == expected
    assert {cell for key, cell in found.items() if key not in expected} <= {"", "0", "chung"}
    overdue = tables["Cơ quan, đơn vị còn kỳ thực hiện quá hạn"][0][1:]
    assert {(row[2], int(row[4])) for row in overdue} == owing(data)


def test_the_docx_tells_every_duty_in_a_sentence(document: Document, data: dict[str, Any]) -> None:
    """All seven figures of a counted duty, the outputs of a continuous one."""
    texts = [paragraph.text for paragraph in document.paragraphs]
    for duty in data["duties"]:
        text = next(one for one in texts if one.startswith(f"- {duty['title']} ("))
        found = SENTENCE.search(text)
        if duty["expected"]:
            assert found is not None
            assert [int(one) for one in found.groups()] == [duty[name] for name in COUNTS]
        else:
            assert f"đã ghi nhận {duty['outputs']:02} sản phẩm" in text


def test_the_pdf_has_every_row_of_the_docx(tables: dict[str, list[Rows]], printed: str) -> None:
    """Each row of each table, its cells in order; and so all that the JSON says."""
    for title, several in tables.items():
        for rows in several:
            for row in rows:
                assert "".join("".join(row).split()) in printed, (title, row)


def test_the_pdf_has_every_sentence_of_the_docx(document: Document, printed: str) -> None:
    """The same paper: no paragraph of the one is missing in the other."""
    for paragraph in document.paragraphs:
        assert "".join(paragraph.text.split()) in printed


def test_the_charts_say_the_same_in_every_document(document: Document, printed: str, page: Page) -> None:
    """Their words stand in the PDF and in the page as text, and with the pictures of the DOCX."""
    told = [str(one.get("descr")) for one in document.element.body.iter() if one.tag.endswith("}docPr")]
    assert told == [chart.alt for chart in charts(sample_report())]
    for chart in charts(sample_report()):
        for words in draw(chart).words:
            assert "".join(words.text.split()) in printed
            assert words.text in page.text


def test_the_page_has_every_figure(page: Page, data: dict[str, Any]) -> None:
    """Totals, duties, agencies, months, topics, channels, pairs and what is overdue."""
    tables = {name: [row for row in rows if row] for name, rows in page.tables.items()}
    assert [row[:8] for row in tables["months-explicit"]] == months(data, "explicit")
    assert [row[:8] for row in tables["months-implied"]] == months(data, "implied")
    assert tables["topics"] == [[topic["id"], topic["title"], str(topic["outputs"])] for topic in data["topics"]]
    assert tables["channels"] == [[channel["title"], str(channel["outputs"])] for channel in data["channels"]]
    duties = {row[0]: row for row in tables["duties"]}
    for duty in data["duties"]:
        assert duties[duty["id"]][-2:] == [str(duty["outputs"]), str(duty["extra"])]
        assert duties[duty["id"]][3:10] == (shown(duty) if duty["expected"] else ["–"] * 7)
    _agencies(tables["agencies"], data)
    assert {(row[2], int(row[4])) for row in tables["owing"]} == owing(data)
    assert len(tables["excuses"]) == len(data["excuses"])


def test_the_workbook_has_every_figure(sheets: dict[str, Rows], data: dict[str, Any]) -> None:
    """The same, and each occurrence and output."""
    summary = sheets["Tổng hợp"]
    assert [EXPLICIT, *shown(data["totals"]["explicit"])] in [row[:8] for row in summary]
    duties = {row[0]: row for row in summary if row}
    for duty in data["duties"]:
        assert duties[duty["id"]][-2:] == [str(duty["outputs"]), str(duty["extra"])]
        assert duties[duty["id"]][3:10] == (shown(duty) if duty["expected"] else ["–"] * 7)
    start = next(n for n, row in enumerate(summary) if row[:1] == ["TT"])
    _agencies([row for row in summary[start + 1 :] if len(row) > 9], data)
    found = [row[:8] for row in sheets["Tháng"] if row and row[0].startswith("Tháng ")]
    assert found == months(data, "explicit") + months(data, "implied")
    assert [row for row in sheets["Nội dung, kênh"] if len(row) == 2][1:] == [
        [channel["title"], str(channel["outputs"])] for channel in data["channels"]
    ]
    names = {agency["id"]: agency["name"] for agency in data["agencies"]}
    pairs = {(row[0], row[1]): row for row in sheets["Chi tiết"] if len(row) > 8}
    for pair in data["pairs"]:
        row = pairs[names[pair["agency"]], pair["duty"]]
        assert row[-1] == str(pair["outputs"])
        assert row[4:11] == (shown(pair) if pair["expected"] else ["–"] * 7)
    assert len([row for row in sheets["Kỳ thực hiện"] if len(row) > 8]) - 1 == len(data["occurrences"])


def _agencies(rows: Rows, data: dict[str, Any]) -> None:
    """Each agency's two groups, figure by figure."""
    found = {(row[1], row[2]): row for row in rows}
    for agency in data["agencies"]:
        for label, counts in ((EXPLICIT, agency["totals"]["explicit"]), (IMPLIED, agency["totals"]["implied"])):
            if counts["expected"]:
                assert found[agency["name"], label][3:10] == shown(counts)
