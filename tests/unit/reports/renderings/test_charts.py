"""The charts: the figures are the report's, colours stand out from the paper, and words stand in their stead."""

from services.reports.renderings.charts import (
    COLOURS,
    MOST_ROWS,
    OUTPUTS,
    Chart,
    HeatMap,
    agencies,
    charts,
    heat,
    months,
)
from services.reports.renderings.charts import channels as channel_chart
from services.reports.renderings.drawing import INK, PAPER, draw
from shared.contracts.plan import Count, Frequency
from tests.unit.reports.sample import AGENCIES, PLAN, agency, duty, sample_report


def contrast(one: str, other: str) -> float:
    """Of two colours, by WCAG 2.2 (relative luminance)."""

    def luminance(colour: str) -> float:
        shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_each_colour_stands_out_and_bears_white_letters() -> None:
    """3:1 against the paper for shapes, 4.5:1 for the letters on them and beside them (WCAG 2.2, 1.4.11, 1.4.3)."""
    assert min(contrast(colour, PAPER) for colour in (*COLOURS.values(), OUTPUTS, INK)) >= 4.5


def test_months_are_the_explicit_figures_of_the_report() -> None:
    """In time, late and overdue, a value for each month."""
    report = sample_report()
    assert [list(one.values) for one in months(report).series] == [
        [getattr(line.totals.explicit, name) for line in report.months] for name in ("met", "met_late", "overdue")
    ]


def test_agencies_are_those_that_owe_with_their_explicit_figures() -> None:
    """The four figures that together are what an agency owes; done of owed beside its bar."""
    report = sample_report()
    owing = [line for line in report.agencies if line.totals.explicit.expected > line.totals.explicit.excused]
    chart = agencies(report)
    assert chart.categories == tuple(line.short_name for line in owing)
    for n, line in enumerate(owing):
        counts = line.totals.explicit
        assert sum(one.values[n] for one in chart.series) == counts.expected - counts.excused
        assert chart.labels[n].startswith(f"{counts.met + counts.met_late}/{counts.expected - counts.excused} (")


def test_the_heat_map_adds_up_to_the_months() -> None:
    """The fields of a month, added up, are what was done and what is owed in it."""
    report = sample_report()
    chart = heat(report)
    for n, line in enumerate(report.months):
        texts = [row[n].text.rstrip("*!").split("/") for row in chart.fields if row[n] and "/" in row[n].text]
        counts = line.totals.explicit
        assert sum(int(done) for done, _ in texts) == counts.met + counts.met_late
        assert sum(int(owed) for _, owed in texts) == counts.expected - counts.excused


def test_a_field_says_by_a_sign_what_its_colour_says() -> None:
    """Late has a star, overdue an exclamation mark: nobody has to see colours."""
    fields = [field for row in heat(sample_report()).fields for field in row if field]
    signs = {"*": COLOURS["met_late"], "!": COLOURS["overdue"]}
    assert {field.text[-1] for field in fields} >= set(signs)
    for field in fields:
        assert field.colour == signs.get(field.text[-1], field.colour)
        assert (field.text[-1] in signs) == (field.colour in signs.values())


def test_channels_are_those_of_the_report() -> None:
    """A bar for each channel of the plan, with its outputs, and one for those that name none."""
    report = sample_report()
    chart = channel_chart(report)
    *told, last = zip(chart.categories, chart.series[0].values, strict=True)
    assert told == [(line.title, line.outputs) for line in report.channels]
    assert last == ("Không nêu kênh", report.outputs.standing - sum(line.outputs for line in report.channels))
    every = sum(line.outputs for line in report.channels)
    named = report.model_copy(update={"outputs": report.outputs.model_copy(update={"standing": every})})
    assert len(channel_chart(named).categories) == len(report.channels)


def test_the_words_in_a_charts_stead_tell_its_figures() -> None:
    """Every month with something owed, every agency, every channel is told with its figures."""
    report = sample_report()
    assert "Tháng 02/2023: đúng hạn" in months(report).alt
    for chart in (agencies(report), channel_chart(report)):
        assert all(category in chart.alt for category in chart.categories)


def test_more_agencies_than_a_page_holds_are_cut_to_those_with_most_overdue() -> None:
    """The chart says so, and no agency with something overdue gives way to one without."""
    more = tuple(agency(f"a{n}", f"Cơ quan {n}", f"CQ {n}", "department") for n in range(60))
    crowd = duty("VI.1", "Thêm", "web", Frequency.MONTHLY, *(body.id for body in more))
    plan = PLAN.model_copy(update={"agencies": (*AGENCIES, *more), "duties": (*PLAN.duties, crowd)})
    report = sample_report(plan=plan)
    lines = tuple(
        line.model_copy(
            update={"totals": report.totals.model_copy(update={"explicit": report.agencies[1].totals.explicit})}
        )
        for line in report.agencies
    )
    chart = agencies(report.model_copy(update={"agencies": lines}))
    assert len(chart.categories) == MOST_ROWS
    assert f"Chỉ nêu {MOST_ROWS} trong {len(lines)}" in chart.note


def test_nothing_to_show_is_no_chart() -> None:
    """A plan without channels has no picture of them."""
    report = sample_report().model_copy(update={"channels": ()})
    assert [chart.key for chart in charts(report)] == ["chart-months", "chart-agencies", "chart-heat"]


def test_every_mark_lies_within_the_picture() -> None:
    """No box ends beyond the margins, whatever the names are; a long name is cut with a sign."""
    body = AGENCIES[2].model_copy(update={"short_name": "Ủy ban nhân dân " * 600})
    plan = PLAN.model_copy(update={"agencies": (*AGENCIES[:2], body, *AGENCIES[3:])})
    for chart in charts(sample_report(plan=plan)):
        drawing = draw(chart)
        assert all(box.x >= 0 and box.x + box.width <= drawing.width + 0.1 for box in drawing.boxes)
        assert all(box.y >= 0 and box.y + box.height <= drawing.height + 0.1 for box in drawing.boxes)
        assert all(0 <= words.x <= drawing.width and 0 <= words.y <= drawing.height for words in drawing.words)
        assert all(len(words.text) < 80 for words in drawing.words)


def test_every_figure_of_a_chart_is_printed_in_its_picture() -> None:
    """The labels of bars and the texts of fields are among the words."""
    for chart in charts(sample_report()):
        words = {one.text for one in draw(chart).words}
        if isinstance(chart, HeatMap):
            assert {field.text for row in chart.fields for field in row if field} <= words
        elif isinstance(chart, Chart) and chart.key != "chart-months":
            assert set(chart.labels) <= words


def test_only_what_the_plan_numbers_is_drawn() -> None:
    """An implied occurrence is in no field of the heat map."""
    report = sample_report()
    implied = {line.agency for line in report.occurrences if line.count is Count.IMPLIED}
    explicit = {line.agency for line in report.occurrences if line.count is Count.EXPLICIT}
    names = {line.short_name for line in report.agencies if line.id in implied - explicit}
    assert names
    assert not names & set(heat(report).rows)
