"""Any life that an occurrence of the sample plan can have, for hypothesis."""

from datetime import date, timedelta
from itertools import product

from hypothesis import strategies as st

from shared import periods
from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.ledger import Account, Assigned, Delivered, Excused, Extended, Fact, Reviewed, Withdrawn
from shared.contracts.plan import Frequency
from tests.unit.reports.sample import DUTIES, PLAN_ID

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
    for number in range(draw(st.integers(0, 4))):
        common = {"event": f"e{number}", "day": draw(DAYS)}
        kind = draw(st.sampled_from(["withdrawn", "excused", "extended", "delivered", "reviewed"]))
        output = f"{key}#{draw(st.integers(0, 1))}"
        match kind:
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
            case "delivered":
                told.append(Delivered(**common, output=output, published_on=period.end + draw(SPANS)))
            case "reviewed":
                told.append(Reviewed(**common, output=output, review=1, accepted=draw(st.booleans())))
    return told


@st.composite
def accounts(draw: st.DrawFn) -> list[Account]:
    """Some of the sample plan's occurrences, and one of a duty and an agency that the plan doesn't name."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=12))
    return [Account(key, frozenset(draw(facts(key)))) for key in keys]
