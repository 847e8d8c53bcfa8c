"""Agency × duty as a grid: done of owed, shared duties, continuous ones."""

from services.reports.renderings.matrix import DUTIES_A_GRID, JOINTLY, grids
from services.reports.renderings.table import Table, text
from shared.contracts.plan import Frequency
from tests.unit.reports.sample import PLAN, duty, plan_with, sample_report


def cells(table: Table) -> dict[tuple[str, str], str]:
    """The grid's cells by agency and duty."""
    duties = [column.label for column in table.columns[2:]]
    return {(text(row[1]), name): text(cell) for row in table.rows for name, cell in zip(duties, row[2:], strict=True)}


def test_a_counted_duty_shows_done_of_owed() -> None:
    """What was excused isn't owed: the bulletin's 12 months less one, of which 8 are done."""
    line = next(line for line in sample_report().duties if line.id == "III.5")
    shown = cells(grids(sample_report())[0])["Sở Thông tin và Truyền thông", "III.5"]
    assert shown == f"{line.met + line.met_late}/{line.expected - line.excused}"


def test_a_joint_duty_is_counted_under_one_and_marked_for_the_other() -> None:
    """The newspaper has the figures, the broadcaster a word."""
    grid = cells(grids(sample_report())[0])
    assert grid["Báo Mẫu", "V.7"] == "0/1"
    assert grid["Đài Phát thanh và Truyền hình tỉnh", "V.7"] == JOINTLY


def test_a_continuous_duty_shows_outputs() -> None:
    """Who performs it and produced nothing has a 0, who doesn't perform it has no row."""
    grid = cells(grids(sample_report())[1])
    assert grid == {("Sở Thông tin và Truyền thông", "III.2"): "0", ("Sở Nội vụ", "III.2"): "9"}


def test_many_duties_are_laid_out_in_several_grids() -> None:
    """No grid is wider than a page, none of the duties is lost, and no two grids bear one title."""
    more = tuple(duty(f"VI.{n}", "Thêm", "web", Frequency.CONTINUOUS, "snv", count="none") for n in range(30))
    tables = grids(sample_report(plan=plan_with(duties=(*PLAN.duties, *more))))
    labels = [column.label for table in tables for column in table.columns[2:]]
    assert sorted(labels) == sorted([*(d.id for d in PLAN.duties), *(d.id for d in more)])
    assert max(len(table.columns) for table in tables) == DUTIES_A_GRID + 2
    assert [table.title.partition("), ")[2] for table in tables] == ["", "bảng 1/3", "bảng 2/3", "bảng 3/3"]
