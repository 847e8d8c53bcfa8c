"""The sample plan's year as the events of the log, and the report that the pure functions make of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from services.reports.build_report import View, build_report
from services.reports.tallies import tallies_of
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, DutyExcused, DutyExtended, Occurrence
from shared.contracts.ledger import Account, Assigned, Delivered, Excused, Extended, Reviewed, facts_of, fold
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from tests.unit.reports.sample import AS_OF, PLAN, output, review, year_of_accounts

Told = tuple[str, Event]


def year_of_events(until: date = AS_OF) -> list[Told]:
    """Plan, duties, excuses, outputs, a review and every day to `until`; event ids hold dots, colons and slashes."""
    told: list[Told] = [("plan:mau-2023/1.0", PLAN)]
    outputs: list[OutputRecorded] = []
    for account, made in year_of_accounts():
        told += _duty_events(account)
        if made is not None:
            outputs.append(made)
    outputs += [output(f"c{n}", "III.2", "snv", date(2023, n, 9)) for n in range(1, 4)]
    back = review(outputs[-2], 1, date(2023, 3, 1), accepted=False)
    told += [(f"recorded/{made.output}.v1", made) for made in outputs if made.day <= until]
    told.append(("reviewed/c2", back))
    days = (until - PLAN.day).days
    return told + [
        (f"day:{PLAN.day + timedelta(n)}", CalendarDay(date=PLAN.day + timedelta(n))) for n in range(days + 1)
    ]


def report_of(told: Iterable[Told], as_of: date = AS_OF) -> ConsolidatedReport:
    """What the service must answer once it has taken in these events."""
    events: Sequence[Told] = list(told)
    accounts: dict[str, Account] = {}
    for name, event in events:
        for key, fact in facts_of(name, event):
            if isinstance(fact, Delivered | Reviewed):
                continue
            accounts[str(key)] = fold(accounts.get(str(key), Account(key)), fact)
    by_kind: dict[type[Event], list[Event]] = defaultdict(list)
    for _, event in events:
        by_kind[type(event)].append(event)
    plan = next(e for e in by_kind[PlanPublished] if isinstance(e, PlanPublished))
    outputs = [e for e in by_kind[OutputRecorded] if isinstance(e, OutputRecorded)]
    reviews = [e for e in by_kind[OutputReviewed] if isinstance(e, OutputReviewed)]
    return build_report(plan, View(list(accounts.values()), tallies_of(outputs, reviews)), as_of)


def _duty_events(account: Account) -> Iterator[Told]:
    key = account.key.model_dump()
    for fact in account.facts:
        own = fact.model_dump(exclude={"event", "fact"})
        match fact:
            case Assigned():
                due = Occurrence(period=account.key.period, **fact.model_dump(include={"start", "end", "register_by"}))
                yield (
                    fact.event,
                    DutyAssigned(**key | own, title="mẫu", occurrences=(due,)),
                )
            case Excused():
                yield fact.event, DutyExcused(**key | own)
            case Extended():
                yield fact.event, DutyExtended(**key | own)
