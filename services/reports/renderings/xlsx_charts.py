"""The charts as the spreadsheet program draws them: their figures in cells, the pictures beside them."""

from xlsxwriter.chart import Chart as Drawn

from services.reports.renderings.charts import Chart, Shape
from services.reports.renderings.sheets import Page, head, put
from services.reports.renderings.table import Column
from shared.printable import printable

KINDS = {
    Shape.SHARES: {"type": "bar", "subtype": "percent_stacked"},
    Shape.COLUMNS: {"type": "column", "subtype": "stacked"},
    Shape.BARS: {"type": "bar"},
}
NAMES_WIDTH, FIGURES_WIDTH = 34, 12
ROW_PIXELS = 20
WIDTH, LEAST_HEIGHT, A_BAR = 760, 320, 20
ALT_CHARACTERS = 2_000  # more than anybody listens to; the cells tell the rest


def chart_sheet(page: Page, name: str, charts: list[Chart]) -> None:
    """A sheet of figures with a chart beside each of them."""
    sheet = page.sheet(name)
    most = max((len(chart.series) for chart in charts), default=0)
    sheet.set_column(0, 0, NAMES_WIDTH)
    sheet.set_column(1, most, FIGURES_WIDTH)
    row, breaks = 3, []
    for chart in charts:
        breaks.append(row)
        sheet.write_string(row, 0, chart.title, page.formats.title)
        columns = [Column("", 1), *(Column(one.label, 1) for one in chart.series)]
        head(sheet, page.formats, columns, row + 1)
        first = row + 2
        for n, category in enumerate(chart.categories):
            put(sheet, page.formats, first + n, 0, category, "left")
            for position, one in enumerate(chart.series, 1):
                put(sheet, page.formats, first + n, position, one.values[n], "center")
        last = first + len(chart.categories) - 1
        height = max(LEAST_HEIGHT, A_BAR * len(chart.categories) + 120 if chart.shape is not Shape.COLUMNS else 0)
        drawn = page.book.add_chart(KINDS[chart.shape])
        _drawn(drawn, name, chart, first, last, height)
        sheet.insert_chart(
            row, most + 2, drawn, {"description": printable(chart.alt)[:ALT_CHARACTERS], "object_position": 2}
        )
        row = max(last, row + height // ROW_PIXELS) + 3
    sheet.set_h_pagebreaks(breaks[1:])


def _drawn(drawn: Drawn, sheet: str, chart: Chart, first: int, last: int, height: int) -> None:
    for position, one in enumerate(chart.series, 1):
        drawn.add_series(
            {
                "name": [sheet, first - 1, position],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, position, last, position],
                "fill": {"color": one.colour},
                "border": {"color": "#FFFFFF"},
                "gap": 60,
                **({"data_labels": {"value": True}} if len(chart.series) == 1 else {}),
            }
        )
    font = {"name": "Times New Roman", "size": 10}
    drawn.set_title({"name": chart.title, "name_font": {"name": "Times New Roman", "size": 13}})
    drawn.set_x_axis({"num_font": font, "interval_unit": 1})
    drawn.set_y_axis({"num_font": font, "reverse": chart.shape is not Shape.COLUMNS, "interval_unit": 1})
    drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom", "font": font})
    drawn.set_size({"width": WIDTH, "height": height})
