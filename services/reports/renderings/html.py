"""The consolidated report as one HTML page: nothing to load, good on a telephone and on paper."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from services.reports.renderings import comparing, listings, matrix, summaries, wording
from services.reports.renderings.charts import charts
from services.reports.renderings.drawing import draw
from services.reports.renderings.markdown import paragraphs
from services.reports.renderings.table import Table, text
from services.reports.rules import completion
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport
from shared.printable import finalize


def render(report: ConsolidatedReport) -> bytes:
    """The page's bytes, UTF-8; the same report gives the same ones."""
    page = _TEMPLATES.get_template("report.html.j2").render(
        report=report,
        as_of=wording.as_of(report.as_of),
        labels=wording.COUNTS,
        completion_label=wording.COMPLETION,
        groups=(
            ("explicit", summaries.EXPLICIT, report.totals.explicit),
            ("implied", summaries.IMPLIED, report.totals.implied),
        ),
        written=[(line.title, said) for line in report.narrative if (said := paragraphs(line.text or ""))],
        drawings=tuple(draw(chart) for chart in charts(report)),
        sections=[section for section in _sections(report) if section[1]],
    )
    return page.encode() + b"\n"


def _sections(report: ConsolidatedReport) -> Iterator[tuple[str, list[Table]]]:
    yield "So sánh", [*comparing.totals(report), *comparing.duties(report)]
    yield "Nhiệm vụ", [summaries.duties(report)]
    yield "Cơ quan, đơn vị", [summaries.agencies(report)]
    yield "Quá hạn, miễn, gia hạn", [listings.owing(report), listings.excuses(report)]
    yield "Báo cáo của cơ quan, đơn vị", [*listings.reporting(report)]
    yield "Cơ quan × nhiệm vụ", matrix.grids(report)
    yield "Tháng", [summaries.months(report, Count.EXPLICIT), summaries.months(report, Count.IMPLIED)]
    yield (
        "Sản phẩm, nội dung, kênh",
        [*comparing.outputs(report), summaries.topics(report), summaries.channels(report), *summaries.flags(report)],
    )
    yield "Sản phẩm tiêu biểu", [*listings.notable(report)]


def _naming(table: Table) -> int:
    """The column that names what a row is about: the first whose words begin at the left."""
    return next((place for place, column in enumerate(table.columns) if column.align == "left"), 0)


_TEMPLATES = SandboxedEnvironment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=finalize,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(text=text, naming=_naming, number=wording.number, rate=wording.rate, completion=completion)
