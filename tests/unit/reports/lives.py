"""Any life that an occurrence of the sample plan can have, for hypothesis."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from hypothesis import strategies as st

from services.reports.build_report import View, build_report
from services.reports.tallies import tallies_of
from shared import periods
from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.ledger import Account, Assigned, Excused, Extended, Fact, Withdrawn, facts_of
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed
from shared.contracts.plan import Frequency
from shared.contracts.report import ConsolidatedReport
from tests.unit.reports.sample import DUTIES, PLAN, PLAN_ID, output, review

DAYS = st.dates(date(2022, 12, 20), date(2024, 2, 10))
SPANS = st.integers(-30, 60).map(lambda n: timedelta(days=n))
REVISIONS = st.integers(1, 6)
PAPER = {"approver": "A", "document": "1/VB", "reason": "mẫu"}

OWED = [
    OccurrenceKey(plan=PLAN_ID, duty=task.id, agency=body, period=period.name)
    for task in DUTIES
    if task.frequency is not Frequency.CONTINUOUS
    for body, period in product(task.performers, periods.of_year(2023, task.frequency))
]
KEYS = [*OWED[::5], OccurrenceKey(plan=PLAN_ID, duty="bỏ", agency="giải thể", period="2023-01")]


@dataclass(frozen=True)
class Lives:
    """What was told of some occurrences: by the plan and by people, what was delivered, and how it was reviewed."""

    accounts: list[Account]
    outputs: list[OutputRecorded]
    reviews: list[OutputReviewed]

    def until(self, day: date) -> "Lives":
        """What was told by then."""
        return Lives(
            [Account(a.key, frozenset(fact for fact in a.facts if fact.day <= day)) for a in self.accounts],
            [one for one in self.outputs if one.day <= day],
            [one for one in self.reviews if one.day <= day],
        )

    def whole_facts(self) -> dict[OccurrenceKey, list[Fact]]:
        """All of it as the ledger's facts, deliveries and reviews one by one."""
        found = {account.key: list(account.facts) for account in self.accounts}
        for number, event in enumerate([*self.outputs, *self.reviews]):
            for key, fact in facts_of(f"e{number}", event):
                found[key].append(fact)
        return found

    def report(self, as_of: date) -> ConsolidatedReport:
        return build_report(PLAN, View(self.accounts, tallies_of(self.outputs, self.reviews)), as_of)


@st.composite
def facts(draw: st.DrawFn, key: OccurrenceKey) -> list[Fact]:
    """Assigned by its period, and then anything in any order, days and revisions included."""
    period = periods.parse(key.period)
    told: list[Fact] = [
        Assigned(
            event="a",
            day=draw(DAYS),
            revision=draw(REVISIONS),
            start=period.start,
            end=period.end,
            register_by=period.end + timedelta(days=7),
        )
    ]
    for number in range(draw(st.integers(0, 2))):
        common = {"event": f"e{number}", "day": draw(DAYS)}
        match draw(st.sampled_from(["withdrawn", "excused", "extended"])):
            case "withdrawn":
                told.append(Withdrawn(**common, revision=draw(REVISIONS)))
            case "excused":
                told.append(
                    Excused(**common, **PAPER, revision=draw(REVISIONS), kind=draw(st.sampled_from(ExcuseKind)))
                )
            case "extended":
                end = period.end + draw(SPANS)
                due = {"end": end, "register_by": end + timedelta(days=7)}
                told.append(Extended(**common, **PAPER, **due, revision=draw(REVISIONS)))
    return told


@st.composite
def deliveries(draw: st.DrawFn, key: OccurrenceKey) -> list[OutputRecorded]:
    """A few outputs for the occurrence, registered and published at any time."""
    end = periods.parse(key.period).end
    return [
        output(
            f"{key}#{number}",
            key.duty,
            key.agency,
            draw(DAYS),
            period=key.period,
            published_on=end + draw(SPANS),
            flags=draw(st.sampled_from([(), (Flag.LATE,), (Flag.EXTRA, Flag.REUSE)])),
        )
        for number in range(draw(st.integers(0, 2)))
    ]


@st.composite
def reviews(draw: st.DrawFn, made: OutputRecorded) -> list[OutputReviewed]:
    """Up to three reviews of an output, told in any order on any days, before its registration as well."""
    return [
        review(made, number, draw(DAYS), accepted=draw(st.booleans())) for number in range(1, draw(st.integers(1, 4)))
    ]


@st.composite
def lives(draw: st.DrawFn) -> Lives:
    """Some of the sample plan's occurrences, and one of a duty and an agency that the plan doesn't name."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=10))
    outputs = [made for key in keys for made in draw(deliveries(key))]
    return Lives(
        [Account(key, frozenset(draw(facts(key)))) for key in keys],
        outputs,
        [one for made in outputs for one in draw(reviews(made))],
    )
