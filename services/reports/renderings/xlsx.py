"""The consolidated report as XLSX: figures as numbers, days as days, and all text as text.

Written row by row (constant memory), with fixed times: the same report gives the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from io import BytesIO

from xlsxwriter.workbook import Workbook

from services.reports.renderings import comparing, listings, matrix, summaries
from services.reports.renderings.charts import Chart, charts
from services.reports.renderings.sheets import EXCEL_ROWS, Formats, Page, list_sheet, table_sheet
from services.reports.renderings.table import Table
from services.reports.renderings.xlsx_charts import chart_sheet
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, OutputLine

OUTPUTS = "Sản phẩm"


def render(report: ConsolidatedReport, outputs: Iterable[OutputLine], most_rows: int = EXCEL_ROWS) -> bytes:
    """The workbook's bytes; `outputs` are those that the report counts, and those sent back. They are read one by one,
    and go on on another sheet after `most_rows` rows."""
    packed = BytesIO()
    with Workbook(
        packed,
        {
            "constant_memory": True,
            "in_memory": False,
            "strings_to_urls": False,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
        },
    ) as book:
        made = datetime.combine(report.as_of, time(), UTC)
        title = f"Kết quả thực hiện {report.title}"
        book.set_properties({"title": title[:255], "author": report.coordinator.name[:255], "created": made})
        page = Page(book, Formats(book), title, report.as_of)
        for name, tables in _sheets(report):
            table_sheet(page, name, tables)
        rows = listings.output_rows(report, outputs)
        list_sheet(page, OUTPUTS, listings.OUTPUT_COLUMNS, rows, most_rows)
        for name, tables in _later(report):
            if tables:
                table_sheet(page, name, tables)
        chart_sheet(page, "Biểu đồ", [chart for chart in charts(report) if isinstance(chart, Chart)])
    return packed.getvalue()


def _sheets(report: ConsolidatedReport) -> Iterable[tuple[str, list[Table]]]:
    yield "Tổng hợp", [summaries.totals(report), summaries.duties(report), summaries.agencies(report)]
    yield "Cơ quan × nhiệm vụ", [matrix.rates(report)]
    yield "Cơ quan × tháng", [matrix.month_rates(report)]
    yield "Chi tiết", [matrix.pairs(report)]
    yield "Kỳ thực hiện", [listings.occurrences(report)]


def _later(report: ConsolidatedReport) -> Iterable[tuple[str, list[Table]]]:
    yield "Tháng", [summaries.months(report, Count.EXPLICIT), summaries.months(report, Count.IMPLIED)]
    yield "Nội dung", [summaries.topics(report)]
    yield "Kênh, lưu ý", [*comparing.outputs(report), summaries.channels(report), *summaries.flags(report)]
    yield "Quá hạn", [listings.owing(report)]
    yield "Miễn, gia hạn", [listings.excuses(report)]
    yield "Báo cáo của cơ quan", [*listings.reporting(report)]
    yield "Tiêu biểu", [*listings.notable(report)]
    yield "So sánh", [*comparing.totals(report)]
    yield "So sánh nhiệm vụ", [*comparing.duties(report)]
