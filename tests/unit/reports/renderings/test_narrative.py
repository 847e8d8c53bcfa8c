"""The running text: sentences that are the report's figures, and nothing that no figure can tell."""

from datetime import date

from services.reports.renderings import narrative
from services.reports.renderings.paper import Block, Kind
from services.reports.renderings.wording import rate
from services.reports.rules import completion, punctuality
from shared.contracts.ledger import State
from shared.contracts.narrative import Part
from tests.unit.reports.renderings.complete import complete_report, year_before
from tests.unit.reports.renderings.officers_words import written
from tests.unit.reports.sample import PLAN, plan_with, sample_report


def bodies(blocks: list[Block]) -> list[str]:
    """The sentences among the blocks."""
    return [block.text for block in blocks if block.kind is Kind.BODY]


def test_strengths_are_the_rates_of_what_the_plan_states() -> None:
    """Done of owed, and the rates of completion and of punctuality, of explicit occurrences alone."""
    explicit = sample_report().totals.explicit
    text = bodies(list(narrative.assessment(sample_report())))[0]
    assert f"{explicit.met + explicit.met_late}/{explicit.expected - explicit.excused} kỳ phải thực hiện" in text
    assert f"(tỷ lệ hoàn thành: {rate(completion(explicit))})" in text
    assert text.endswith(f"hoặc quá hạn: {rate(punctuality(explicit))}.")


def test_shortcomings_count_what_is_overdue_and_whose_it_is() -> None:
    """The two groups apart, and the number of agencies that annex II lists."""
    text = bodies(list(narrative.assessment(sample_report())))[1]
    assert text.startswith("Còn 05 kỳ quá hạn trong nhóm được ấn định và 0 kỳ quá hạn trong nhóm không ấn định")
    assert "thuộc 02 cơ quan, đơn vị (Phụ lục\N{NO-BREAK SPACE}II)" in text


def test_without_anything_overdue_it_says_so() -> None:
    """In the first week of the year nobody owes anything."""
    text = bodies(list(narrative.assessment(sample_report(date(2023, 1, 5)))))[1]
    assert text.startswith("Không còn kỳ thực hiện quá hạn; 0 kỳ")


def test_many_performers_are_counted_and_few_are_named() -> None:
    """Up to three short names, else how many; joint ones are said to be so."""
    crowd = tuple(agency.id for agency in PLAN.agencies[1:6])
    duties = tuple(d.model_copy(update={"performers": crowd}) if d.id == "III.2" else d for d in PLAN.duties)
    text = "\n".join(bodies(list(narrative.results(sample_report(plan=plan_with(duties=duties))))))
    assert "(05 cơ quan, đơn vị thực hiện)" in text
    assert "(TTTT huyện Núi, TTTT huyện Biển)" in text
    assert "(cùng thực hiện: Báo Mẫu, Đài PT-TH)" in text


def test_a_duty_without_a_known_heading_is_not_lost() -> None:
    """It stands under a heading of its own."""
    duties = tuple(d.model_copy(update={"heading": ""}) if d.id == "III.5" else d for d in PLAN.duties)
    blocks = list(narrative.results(sample_report(plan=plan_with(duties=duties))))
    place = next(n for n, block in enumerate(blocks) if block.text.endswith("Nhiệm vụ khác"))
    assert blocks[place + 1].text.startswith("- Bản tin số")


def test_outputs_on_top_are_told_after_the_rate() -> None:
    """A second output for one period is no second period: it is told beyond the number that the plan sets."""
    report = sample_report()
    duties = tuple(line.model_copy(update={"extra": 3}) if line.id == "III.10" else line for line in report.duties)
    texts = bodies(list(narrative.results(report.model_copy(update={"duties": duties}))))
    assert next(t for t in texts if t.startswith("- Chuyên mục")).endswith("; 03 sản phẩm ngoài số kỳ quy định.")


def test_implied_duties_say_why_one_is_expected() -> None:
    """The plan gives no number, so one at least is taken."""
    texts = bodies(list(narrative.results(sample_report())))
    implied = next(text for text in texts if text.startswith("- Tập huấn cho cán bộ"))
    assert "01 kỳ trong năm, tính tối thiểu vì kế hoạch không ấn định số lượng" in implied


def test_a_part_that_was_written_stands_in_place_of_its_gap() -> None:
    """Paragraphs and items with their faces; the parts that wait are marked still."""
    blocks = list(narrative.assessment(written({Part.CAUSES: "Do **thiếu** người:\n- một\n- hai"})))
    place = next(n for n, block in enumerate(blocks) if block.text == "3. Nguyên nhân")
    assert [block.text for block in blocks[place + 1 :]] == ["Do thiếu người:", "- một", "- hai"]
    assert [run.text for run in blocks[place + 1].runs if run.bold] == ["thiếu"]
    assert [block.text for block in blocks if block.kind is Kind.GAP] == [
        "[Cán bộ tổng hợp bổ sung: đánh giá chất lượng, mô hình hay, cách làm hiệu quả]",
        "[Cán bộ tổng hợp bổ sung: hạn chế khác]",
    ]


def test_a_part_of_blanks_is_not_written() -> None:
    """Its gap stays, so that nobody sends a report with an empty part."""
    assert [block.kind for block in narrative.outlook(written({Part.OUTLOOK: " \n "}))] == [Kind.GAP]


def test_who_reported_is_told_with_who_did_not() -> None:
    """Of those who owe a report of their own; late ones and excused ones apart."""
    report = complete_report()
    texts = bodies(list(narrative.directing(report)))
    assert texts[1].startswith("Đã có 19/24 cơ quan, đơn vị gửi báo cáo kết quả thực hiện về Sở Thông tin")
    assert "(trong đó 02 gửi trễ hạn); 05 cơ quan, đơn vị chưa gửi (Phụ lục" in texts[1]
    lines = tuple(line.model_copy(update={"state": State.EXCUSED}) for line in report.reporting.lines[:1])
    lines += tuple(line.model_copy(update={"state": State.MET}) for line in report.reporting.lines[1:3])
    report = report.model_copy(update={"reporting": report.reporting.model_copy(update={"lines": lines})})
    text = bodies(list(narrative.directing(report)))[1]
    assert "Đã có 02/02" in text
    assert "không còn cơ quan, đơn vị chưa gửi, 01 cơ quan, đơn vị được miễn" in text


def test_what_grew_and_what_fell_is_told_before_the_assessment() -> None:
    """The two groups apart, of the other day or of the other plan."""
    text = bodies(list(narrative.assessment(complete_report())))[0]
    assert text == (
        "So với số liệu tính đến ngày 30/06/2023: nhóm được ấn định có số kỳ đã thực hiện tăng 32 (từ 41 lên 73), "
        "số kỳ quá hạn tăng 02 (từ 03 lên 05); nhóm không ấn định số lượng có số kỳ đã thực hiện không đổi (0), "
        "số kỳ quá hạn không đổi (0); số sản phẩm được tính vào kết quả tăng 37 (từ 47 lên 84)."
    )
    assert (
        "29/11/2022 của Kế hoạch năm 2022: nhóm"
        in bodies(list(narrative.assessment(complete_report(year_before()))))[0]
    )
