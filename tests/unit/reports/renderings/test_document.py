"""The paper's outline: five parts, four annexes, and what stands where."""

from datetime import date

from services.reports.renderings.document import compose
from services.reports.renderings.paper import Kind, Paper
from tests.unit.reports.renderings.complete import complete_report
from tests.unit.reports.sample import PLAN, sample_report


def test_the_outline_has_five_parts_and_four_annexes() -> None:
    """Numbered in Roman, in the order in which they are printed."""
    paper = compose(sample_report())
    assert paper.parent == "UBND TỈNH MẪU"
    assert [block.text.split(". ")[0] for block in paper.blocks if block.kind is Kind.PART] == [
        "I",
        "II",
        "III",
        "IV",
        "V",
    ]
    assert [annex.number for annex in paper.annexes] == ["I", "II", "III", "IV"]


def test_each_group_of_duties_has_a_heading() -> None:
    """The plan's headings, numbered, in its order; topics and channels after them."""
    blocks = compose(sample_report()).blocks
    start = next(n for n, block in enumerate(blocks) if block.text.startswith("II. "))
    end = next(n for n, block in enumerate(blocks) if block.text.startswith("III. "))
    titles = [block.text for block in blocks[start:end] if block.kind is Kind.HEADING]
    headings = (*PLAN.headings.values(), "Sản phẩm, nội dung và kênh tuyên truyền")
    assert titles == [f"{n}. {title}" for n, title in enumerate(headings, 1)]


def test_an_unknown_number_of_the_plan_is_left_open() -> None:
    """The paper says that number and date are to be filled in, and prints them where they are known."""
    unknown = compose(sample_report()).blocks[1].text
    known = PLAN.model_copy(update={"number": "12/KH-UBND", "issued_on": date(2023, 1, 9)})
    assert "(số, ngày ban hành: [bổ sung])" in unknown
    assert "số 12/KH-UBND ngày 09/01/2023" in compose(sample_report(plan=known)).blocks[1].text


def test_the_last_block_closes_the_report() -> None:
    """It stays with the signature, so it must be a sentence and no gap."""
    last = compose(sample_report()).blocks[-1]
    assert last.kind is Kind.BODY
    assert last.text.endswith("./.")


def test_nobody_owing_is_said_in_a_sentence() -> None:
    """Annex II is no empty table where nothing is overdue."""
    table = compose(sample_report(date(2023, 1, 5))).annexes[1].tables[0]
    assert table.rows == ()
    assert table.empty == "Không có cơ quan, đơn vị nào còn kỳ thực hiện quá hạn."


def test_what_a_report_lacks_has_no_heading() -> None:
    """No comparison, no notable output, no report of an agency, no remark, no output: no table, and no sentence."""
    bare = compose(sample_report(date(2023, 1, 5)))
    full = compose(complete_report())
    assert _titles(full) - _titles(bare) == {
        "Báo cáo kết quả thực hiện của các cơ quan, đơn vị",
        "So sánh theo nhiệm vụ với số liệu tính đến ngày 30/06/2023",
        "So sánh với số liệu tính đến ngày 30/06/2023",
        "Sản phẩm có lưu ý khi ghi nhận",
        "Sản phẩm tiêu biểu",
        "Sản phẩm đã ghi nhận",
    }
    assert not [block for block in bare.blocks if block.text.startswith(("Đã có", "So với"))]
    assert bare.annexes[1].title.endswith("GIA HẠN THỰC HIỆN")


def _titles(paper: Paper) -> set[str]:
    tables = [block.table for block in paper.blocks] + [table for annex in paper.annexes for table in annex.tables]
    return {table.title for table in tables if table is not None}
