"""Every figure of the JSON stands in each document, and no other: read back by libraries that know nothing of us."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
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
from tests.unit.reports.renderings.complete import complete_outputs, complete_report
from tests.unit.reports.renderings.expected import (
    COUNTS,
    EXPLICIT,
    IMPLIED,
    Rows,
    by_channel,
    compared,
    compared_duties,
    flags,
    grid,
    months,
    notable,
    outputs,
    owing,
    reporting,
    shown,
    signed,
)
from tests.unit.reports.renderings.test_html import Page

SENTENCE = re.compile(
    r"(\d+) kỳ trong năm.*đã đến hạn (\d+); đúng hạn (\d+), trễ hạn (\d+), quá hạn (\d+), được miễn (\d+), "
    r"còn trong hạn (\d+)"
)


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """The JSON, as a program reads it."""
    found = json.loads(report_json(complete_report()))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def document() -> Document:
    """The DOCX."""
    return docx.Document(BytesIO(render_docx(complete_report())))


@pytest.fixture(scope="module")
def printed() -> str:
    """All that the PDF says, without blanks: they lie where lines break."""
    pages = PdfReader(BytesIO(pdf.render(complete_report()))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def page() -> Page:
    """The HTML."""
    return Page(html.render(complete_report()))


@pytest.fixture(scope="module")
def sheets() -> dict[str, Rows]:
    """The workbook's sheets as rows of text."""
    book = load_workbook(BytesIO(xlsx.render(complete_report(), complete_outputs())))
    return {
        sheet.title: [[_text(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def _text(cell: object) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, datetime) else str(cell)


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
    assert tables["Sản phẩm theo kênh"][0][1:] == by_channel(data)


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


def test_the_docx_has_what_is_named_reported_remarked_and_compared(
    tables: dict[str, list[Rows]], data: dict[str, Any]
) -> None:
    """Each row of these tables; the PDF has every row of the DOCX."""
    found = {title: several[0][1:] for title, several in tables.items()}
    assert found["Sản phẩm tiêu biểu"] == notable(data)
    assert found["Báo cáo kết quả thực hiện của các cơ quan, đơn vị"] == reporting(data)
    assert found["Sản phẩm có lưu ý khi ghi nhận"] == flags(data)
    assert found["Sản phẩm đã ghi nhận"] == outputs(data, signed)
    rows = found["So sánh với số liệu tính đến ngày 30/06/2023"]
    assert [row[:9] for row in rows] == compared(data, signed)
    for now, before, change in (rows[:3], rows[3:]):
        points = [float(row[9].strip("%+").replace(",", ".").replace("−", "-")) for row in (now, before, change)]
        assert points[0] - points[1] == pytest.approx(points[2])
    assert found["So sánh theo nhiệm vụ với số liệu tính đến ngày 30/06/2023"] == compared_duties(data, signed)


def test_the_page_and_the_workbook_have_the_same(page: Page, sheets: dict[str, Rows], data: dict[str, Any]) -> None:
    """Row by row; in the workbook a change is a number, whose sign is its format's."""
    there = {name: [row for row in rows if row] for name, rows in page.tables.items()}
    assert (there["notable"], there["reporting"], there["flags"]) == (notable(data), reporting(data), flags(data))
    assert there["outputs"] == outputs(data, signed)
    assert [row[:9] for row in there["comparison"]] == compared(data, signed)
    assert there["comparison-duties"] == compared_duties(data, signed)
    assert sheets["Tiêu biểu"][-len(data["notable"]) :] == notable(data)
    reported = [[cell for cell in row if cell] for row in reporting(data)]
    assert sheets["Báo cáo của cơ quan"][-len(reported) :] == reported
    assert [row for row in flags(data) + outputs(data, str) if row not in sheets["Kênh, lưu ý"]] == []
    compares = [row[:9] for row in sheets["So sánh"] if len(row) == 10]
    assert compares[1:] == compared(data, str)
    assert sheets["So sánh nhiệm vụ"][5 : 5 + len(data["duties"])] == compared_duties(data, str)
    owed = [row for row in sheets["Quá hạn"] if len(row) == 6][1:]
    assert {(row[2], int(row[4])) for row in owed} == owing(data)
    excused = {(one["duty"], one["document"]) for one in data["excuses"]}
    assert {(row[2], row[-3]) for row in sheets["Miễn, gia hạn"][5:]} == excused


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
    assert told == [chart.alt for chart in charts(complete_report())]
    for chart in charts(complete_report()):
        for words in draw(chart).words:
            assert "".join(words.text.split()) in printed
            assert words.text in page.text


def test_the_page_has_every_figure(page: Page, data: dict[str, Any]) -> None:
    """Totals, duties, agencies, months, topics, channels, pairs and what is overdue."""
    tables = {name: [row for row in rows if row] for name, rows in page.tables.items()}
    assert [row[:8] for row in tables["months-explicit"]] == months(data, "explicit")
    assert [row[:8] for row in tables["months-implied"]] == months(data, "implied")
    assert tables["topics"] == [[topic["id"], topic["title"], str(topic["outputs"])] for topic in data["topics"]]
    assert tables["channels"] == by_channel(data)
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
    for row in by_channel(data):
        assert row in sheets["Kênh, lưu ý"]
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
