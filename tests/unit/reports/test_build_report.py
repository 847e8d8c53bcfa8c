"""The consolidated report: figures that add up, whatever happened, and the same bytes for the same facts."""

import json
from collections.abc import Iterable
from datetime import date
from functools import reduce
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reports.build_report import View, build_report, report_json
from services.reports.counted import counts_of
from services.reports.tallies import tallies_of
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, standing
from shared.contracts.outputs import Flag
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport, Counts, OutputTotals
from tests.unit.reports.lives import DAYS, Lives, lives
from tests.unit.reports.sample import AS_OF, PLAN, output, review, sample_report, year_of_accounts

KEY = set(OccurrenceKey.model_fields)
FIGURES = tuple(Counts.model_fields)
# However busy the machine is: a slow draw says nothing about the figures.
ANY_LIVES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def total(lines: Iterable[Counts]) -> Counts:
    """The lines' counts added up."""
    return reduce(Counts.__add__, lines, Counts())


@ANY_LIVES
@given(lives(), DAYS)
def test_the_four_groupings_add_up_to_the_same(told: Lives, as_of: date) -> None:
    """Duties, agencies, months and totals count the same occurrences, figure by figure."""
    report = told.report(as_of)
    whole = report.totals.explicit + report.totals.implied
    assert total(report.duties) == whole
    assert total(report.agencies) == whole
    assert total(report.months) == whole
    assert whole == counts_of(report.occurrences, as_of)
    assert whole.expected == len(report.occurrences)


@ANY_LIVES
@given(lives(), DAYS)
def test_the_states_add_up_to_what_is_expected(told: Lives, as_of: date) -> None:
    """met + met_late + overdue + excused + open = expected, in every line."""
    report = told.report(as_of)
    lines: list[Counts] = [*report.duties, *report.agencies, *report.months]
    lines += [report.totals.explicit, report.totals.implied]
    for line in lines:
        assert line.met + line.met_late + line.overdue + line.excused + line.open == line.expected
        assert line.overdue <= line.expected_to_date <= line.expected - line.excused


@ANY_LIVES
@given(lives(), DAYS)
def test_explicit_and_implied_stay_apart(told: Lives, as_of: date) -> None:
    """The totals of agencies and months add up to the plan's, group by group."""
    report = told.report(as_of)
    for lines in (report.agencies, report.months):
        assert total(line.totals.explicit for line in lines) == report.totals.explicit
        assert total(line.totals.implied for line in lines) == report.totals.implied
    implied = [line for line in report.duties if line.count is Count.IMPLIED]
    assert total(implied) == report.totals.implied


@ANY_LIVES
@given(lives(), DAYS, st.randoms())
def test_the_same_facts_in_any_order_give_the_same_bytes(told: Lives, as_of: date, chance: Random) -> None:
    """Whoever came first, the report is the same, byte for byte."""
    told.outputs.extend(output(f"x{n}", "III.2", "snv", date(2023, 3, n)) for n in range(1, 5))
    before = report_json(told.report(as_of))
    for items in (told.accounts, told.outputs, told.reviews):
        chance.shuffle(items)
    assert report_json(told.report(as_of)) == before


@ANY_LIVES
@given(lives(), DAYS)
def test_what_is_told_later_changes_nothing(told: Lives, as_of: date) -> None:
    """A report as of a day reads only facts of that day and before."""
    assert told.report(as_of) == told.until(as_of).report(as_of)


@ANY_LIVES
@given(lives(), DAYS)
def test_tallies_tell_what_the_ledger_tells(told: Lives, as_of: date) -> None:
    """Each occurrence stands as the fold of all its deliveries and reviews, one by one, lets it stand."""
    folded = {key: found for key, facts in told.whole_facts().items() if (found := standing(facts, as_of))}
    lines = {OccurrenceKey(**line.model_dump(include=KEY)): line for line in told.report(as_of).occurrences}
    assert {key: (one.state, len(one.outputs)) for key, one in folded.items()} == {
        key: (line.state, line.outputs) for key, line in lines.items()
    }
    registered = {made.output: made.day for made in told.outputs}
    assert {key: (one.outputs and registered[one.outputs[0]]) or None for key, one in folded.items()} == {
        key: line.registered_on for key, line in lines.items()
    }


def test_an_output_registered_later_does_not_exist() -> None:
    """As of the eve of its registration an output is in no count."""
    late = output("mới", "III.2", "snv", date(2023, 11, 30))
    assert sample_report(AS_OF, late) == sample_report(AS_OF)
    counted, before = sample_report(late.day, late), sample_report(late.day)
    assert counted.outputs.recorded == before.outputs.recorded + 1
    assert counted.duties[0].outputs == before.duties[0].outputs + 1


def test_outputs_of_other_plans_are_passed_over() -> None:
    """Accounts and outputs of another plan leave the report as it was."""
    foreign = output("khác", "III.2", "snv", AS_OF, plan="khac-2023")
    account = next(year_of_accounts())[0]
    moved = Account(account.key.model_copy(update={"plan": "khac-2023"}), account.facts)
    assert sample_report(AS_OF, foreign) == sample_report(AS_OF)
    assert build_report(PLAN, View([moved], tallies_of([foreign], [])), AS_OF).totals.explicit.expected == 0


def test_a_duty_that_the_plan_no_longer_names_is_still_counted() -> None:
    """An output of a removed duty by a removed agency gets lines under their ids, after the plan's."""
    report = build_report(PLAN, View([], tallies_of([output("cũ", "bỏ", "giải thể", AS_OF)], [])), AS_OF)
    assert (report.duties[-1].id, report.duties[-1].outputs) == ("bỏ", 1)
    assert (report.agencies[-1].id, report.agencies[-1].outputs) == ("giải thể", 1)


def test_a_continuous_duty_has_outputs_alone() -> None:
    """Nothing is expected of it, and what it produced is counted, less what was sent back."""
    line = sample_report().duties[0]
    assert (line.expected, line.overdue, line.outputs) == (0, 0, 9)


def test_the_highest_review_decides() -> None:
    """An output sent back and then accepted stands, in whatever order the reviews came."""
    made = output("c", "III.2", "snv", date(2023, 5, 1))
    reviews = [review(made, 2, date(2023, 5, 9), accepted=True), review(made, 1, date(2023, 5, 3), accepted=False)]
    assert [
        build_report(PLAN, View([], tallies_of([made], reviews)), day).outputs.standing
        for day in (date(2023, 5, 2), date(2023, 5, 3), date(2023, 5, 9))
    ] == [1, 0, 1]


def test_what_was_sent_back_is_recorded_and_not_counted() -> None:
    """It is told apart in the totals, and is out of the counts of duties, agencies, pairs, topics and channels."""
    made = output("c", "III.2", "snv", date(2023, 5, 1), topics=("II.1",), flags=(Flag.REUSE,))
    report = build_report(PLAN, View([], tallies_of([made], [review(made, 1, AS_OF, accepted=False)])), AS_OF)
    assert report.outputs == OutputTotals(recorded=1, standing=0, sent_back=1)
    every = (report.duties, report.agencies, report.pairs, report.groups, report.topics, report.channels, report.flags)
    assert sum(line.outputs for lines in every for line in lines) == 0


def test_pairs_and_groups_add_up_to_what_agencies_and_duties_have() -> None:
    """Agency × duty and the headings of part II count the same occurrences and outputs as the other lines."""
    report = sample_report()
    assert total(report.pairs) == total(report.agencies)
    assert total(line.totals.explicit for line in report.groups) == report.totals.explicit
    assert total(line.totals.implied for line in report.groups) == report.totals.implied
    sums = [sum(line.outputs for line in lines) for lines in (report.pairs, report.groups, report.duties)]
    assert sums == [report.outputs.standing] * 3


def test_topics_and_channels_are_counted_in_the_plans_order() -> None:
    """A topic that the plan doesn't know comes last, under its own name; a duty's channel stands in for none."""
    made = [
        output("1", "III.2", "snv", AS_OF, topics=("II.7", "lạ")),
        output("2", "III.2", "snv", AS_OF, topics=("II.7",), channel="radio"),
    ]
    report = build_report(PLAN, View([], tallies_of(made, [])), AS_OF)
    assert [(topic.id, topic.outputs) for topic in report.topics] == [("II.1", 0), ("II.7", 2), ("lạ", 1)]
    assert [(channel.id, channel.outputs) for channel in report.channels] == [("web", 1), ("radio", 1)]


def test_a_second_output_is_extra() -> None:
    """Outputs beyond the one that an occurrence asks for are counted as extra, with their flags."""
    account, first = next(year_of_accounts())
    assert first is not None
    second = output("thêm", "III.5", "stttt", first.day, period=account.key.period, flags=(Flag.EXTRA, Flag.LATE))
    report = build_report(PLAN, View([account], tallies_of([first, second], [])), AS_OF)
    duty = next(line for line in report.duties if line.id == "III.5")
    assert (duty.met, duty.outputs, duty.extra) == (1, 2, 1)
    assert report.occurrences[0].flags == (Flag.LATE, Flag.EXTRA)


def test_excuses_and_extensions_are_listed_with_their_documents() -> None:
    """The excused one has a kind, the extended one the date to which it moved."""
    lines = sample_report().excuses
    assert [(line.period, line.kind and line.kind.value, line.until) for line in lines] == [
        ("2023-05", "nothing_to_report", None),
        ("2023-07", None, date(2023, 12, 15)),
    ]
    assert {line.document for line in lines} == {"123/STTTT"}


def test_an_extended_occurrence_stays_in_its_month() -> None:
    """July's occurrence, extended into December, is July's: the plan's own date decides."""
    july = next(line for line in sample_report().occurrences if (line.duty, line.period) == ("III.5", "2023-07"))
    assert (july.month, july.end) == ("2023-07", date(2023, 12, 15))


def test_all_months_of_the_year_are_there() -> None:
    """A month in which nothing ends has a line of zeros."""
    report = build_report(PLAN, View(), AS_OF)
    assert [line.month for line in report.months] == [f"2023-{month:02}" for month in range(1, 13)]


def test_a_line_begins_with_who_it_is_about_and_its_counts() -> None:
    """The JSON reads as the design says: plan, as_of, totals first; id or month, then the counts, in each line."""
    shown = json.loads(report_json(sample_report()))
    assert list(shown)[:6] == ["plan", "as_of", "totals", "duties", "agencies", "months"]
    assert next(iter(shown["duties"][0])) == next(iter(shown["agencies"][0])) == "id"
    assert list(shown["months"][0])[:8] == ["month", *FIGURES]
    keys = list(shown["agencies"][0])
    assert keys[keys.index("expected") :][:7] == list(FIGURES)


def test_the_json_is_readable_and_reads_back() -> None:
    """UTF-8 as it is written, two spaces, a newline at the end; and nothing is lost."""
    report = sample_report()
    raw = report_json(report)
    assert raw.startswith(b'{\n  "plan": ')
    assert raw.endswith(b"}\n")
    assert "Đài Phát thanh và Truyền hình tỉnh".encode() in raw
    assert ConsolidatedReport.model_validate_json(raw) == report
