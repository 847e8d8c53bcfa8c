"""The lists: who owes, what was excused, every occurrence and every output."""

from datetime import date

from services.reports.renderings import listings
from services.reports.renderings.table import Table
from shared.contracts.ledger import State
from shared.contracts.outputs import Flag
from tests.unit.reports.sample import AS_OF, output, sample_outputs, sample_report


def column(table: Table, label: str) -> list[object]:
    """The cells under that head."""
    place = [column.label for column in table.columns].index(label)
    return [row[place] for row in table.rows]


def test_who_owes_is_listed_with_periods_and_their_last_days() -> None:
    """Each overdue occurrence is named once, with its register_by."""
    report = sample_report()
    overdue = [line for line in report.occurrences if line.state is State.OVERDUE]
    table = listings.owing(report)
    assert sum(int(str(count)) for count in column(table, "Số kỳ quá hạn")) == len(overdue)
    assert "Tháng 01/2023 (07/02/2023)" in column(table, "Các kỳ quá hạn (hạn ghi nhận)")


def test_those_who_owe_jointly_are_named_together() -> None:
    """The round table, overdue, is the newspaper's and the broadcaster's."""
    report = sample_report()
    overdue = [
        line.model_copy(update={"state": State.OVERDUE}) if line.duty == "V.7" else line for line in report.occurrences
    ]
    table = listings.owing(report.model_copy(update={"occurrences": tuple(overdue)}))
    assert "Báo Mẫu và Đài Phát thanh và Truyền hình tỉnh" in column(table, "Cơ quan, đơn vị")


def test_excuses_say_what_they_are() -> None:
    """Nothing to report, and an extension with its new date."""
    table = listings.excuses(sample_report())
    assert column(table, "Hình thức") == ["Không phát sinh", "Gia hạn"]
    assert column(table, "Gia hạn đến") == [None, date(2023, 12, 15)]


def test_each_occurrence_has_its_state_in_words() -> None:
    """As many rows as occurrences; the states are those of the report."""
    report = sample_report()
    states = column(listings.occurrences(report), "Tình trạng")
    assert states.count("Quá hạn") == report.totals.explicit.overdue + report.totals.implied.overdue
    assert states.count("Đúng hạn") == report.totals.explicit.met + report.totals.implied.met
    assert len(states) == len(report.occurrences)


def test_remarks_on_outputs_are_in_words() -> None:
    """Flags in their order, as they were given at registration."""
    made = output("z", "III.2", "snv", AS_OF, flags=(Flag.DURATION, Flag.REUSE))
    *_, last = listings.output_rows(sample_report(), sample_outputs(AS_OF, made))
    assert (
        last[[one.label for one in listings.OUTPUT_COLUMNS].index("Lưu ý khi ghi nhận")]
        == "thời lượng khác mức quy định, trùng liên kết"
    )
